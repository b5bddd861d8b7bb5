package dev.authpipe.quickstart.attack;

import java.time.Duration;

/**
 * One attack that was played, or left out.
 *
 * @param number  counted from one
 * @param attack  which
 * @param verdict what became of it
 * @param took    how long
 */
public record Finding(int number, Attack attack, Verdict verdict, Duration took) {}
