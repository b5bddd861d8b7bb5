package dev.authpipe.proxy.connection;

import java.util.ArrayList;
import java.util.List;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RowFault;

/** Collects what is wrong with the rows of a batch. Never holds a value of a row. */
final class RowFaults {
  private static final int MOST_TOLD = 100;

  private final List<RowFault> told = new ArrayList<>();
  private int all;

  /** The place of a row in the body. */
  static String pointer(int row) {
    return "/connections/" + row;
  }

  void add(String pointer, ErrorCode code, String detail) {
    all++;
    if (told.size() < MOST_TOLD) {
      told.add(new RowFault(pointer, code, detail));
    }
  }

  void add(int row, ProblemException problem) {
    add(pointer(row), problem.code(), problem.detail());
  }

  /** Ends the request if a row is wrong. */
  void refuse() {
    if (all > 0) {
      String rest = all > told.size() ? " The first " + told.size() + " are named." : "";
      throw ProblemException.ofRows(
          (all == 1 ? "1 row is wrong" : all + " rows are wrong") + "; nothing of the batch was made." + rest, told);
    }
  }
}
