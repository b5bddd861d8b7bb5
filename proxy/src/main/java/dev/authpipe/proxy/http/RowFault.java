package dev.authpipe.proxy.http;

/**
 * What is wrong with one row of a request. Must never hold a value of the row.
 *
 * @param pointer where in the body (RFC 6901), made of names that the operation knows and of numbers
 * @param code    as it would be for a request of this row alone
 * @param detail  a sentence for the caller
 */
public record RowFault(String pointer, ErrorCode code, String detail) {}
