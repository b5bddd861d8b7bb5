package dev.authpipe.testkit.sandbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.http.Answer;

/** The issues of each account: a few to begin with, and those created since (at most 1,000 for each account). */
final class IssueTracker {

  private static final int MOST_ISSUES = 1_000;

  private final Map<String, List<ObjectNode>> issuesByAccount = new HashMap<>();

  synchronized Answer list(Account account) {
    var list = Json.array();
    issues(account).forEach(list::add);
    return Json.answer(200, Json.object().put("total_count", list.size()).set("issues", list));
  }

  synchronized Answer create(Account account, String body) {
    String title;
    try {
      title = Json.read(body).path("title").asText("");
    } catch (JsonProcessingException e) {
      title = "";
    }
    var issues = issues(account);
    if (title.isBlank() || title.length() > 200 || issues.size() >= MOST_ISSUES) {
      return Json.answer(422, Json.object().put("message", "title: 1 to 200 characters"));
    }
    var issue = issue(issues.size() + 1, title, "open", account.login());
    issues.add(issue);
    return Json.answer(201, issue);
  }

  private List<ObjectNode> issues(Account account) {
    return issuesByAccount.computeIfAbsent(account.id(),
        _ -> new ArrayList<>(List.of(issue(1, "Checkout fails when the basket holds a gift card", "open", "mara"),
            issue(2, "Export of the yearly report takes four minutes", "open", account.login()),
            issue(3, "Typo in the welcome mail", "closed", "tomas"))));
  }

  private static ObjectNode issue(int number, String title, String state, String author) {
    return Json.object().put("number", number).put("title", title).put("state", state).put("author", author);
  }
}
