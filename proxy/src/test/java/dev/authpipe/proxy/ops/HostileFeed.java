package dev.authpipe.proxy.ops;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.link.ScriptedControlPlane;

/** Documents that a hostile control plane offers, each the good one with something in it. What the audit log makes of it stands with it. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are copies that nobody changes
enum HostileFeed {
  OTHER_CLIENT("another client id, where users would consent to another application", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"client_id\":\"c\"", "\"client_id\":\"evil\""));
    }
  },
  OTHER_RETURN_URLS("one more return URL, of another server", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("connected\"]", "connected\",\"" + hour.elsewhere() + "/\"]"));
    }
  },
  OTHER_WEBHOOK("a webhook endpoint on another server, to be told of every connection", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replaceFirst("\\}\\]$",
          ",\"webhook_endpoints\":[{\"id\":\"whk_01js00000ke008000000000055\",\"url\":\"" + hour.elsewhere()
              + "/\",\"events\":[\"connection.created\"],\"disabled\":false}]}]"));
    }
  },
  OTHER_NAME("another name on the connect page", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"Acme\"", "\"Your Bank\""));
    }
  },
  OTHER_LOOK("another colour on the connect page", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(wearing(hour, "\"accent\":\"#7a3cc4\""));
    }
  },
  INJECTED_COLOUR("a colour that is a rule of a style sheet", "feed_colour_wrong") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(wearing(hour, "\"accent\":\"#fff;}*{background:url(//x.io)}\""));
    }
  },
  LOGO_WITH_SCRIPT("a logo that is an SVG with a script", "feed_logo_wrong") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour
          .offers(wearing(hour, "\"logo\":\"PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iYWxlcnQoMSkiLz4=\""));
    }
  },
  HUGE_LOGO("a logo of a megabyte", "link_malformed") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.answers(wearing(hour, "\"logo\":\"" + "A".repeat(1 << 20) + "\""));
    }
  },
  BACKWARDS_NAME("a name on the connect page that turns the reading direction", "feed_name_misleading") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"Acme\"", "\"Acme\u202egro.live\""));
    }
  },
  LOOK_ALIKE_NAME("a name with a letter of another alphabet", "feed_name_misleading") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"Acme\"", "\"\u0410cme\""));
    }
  },
  PROVIDERS_NAME("the name of the provider as that of the application", "feed_name_misleading") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"Acme\"", "\"Google\""));
    }
  },
  MORE_SCOPES("more scopes of an integration", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"issues:read\"", "\"issues:read\",\"issues:write\""));
    }
  },
  OTHER_PROVIDER("another provider, slug and parameters", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"provider\":\"sandbox\"", "\"provider\":\"github\"")
          .replace("\"slug\":\"sandbox\"", "\"slug\":\"evil\"")
          .replace("\"params\":{}", "\"params\":{\"domain\":\"" + hour.elsewhere().getAuthority() + "\"}"));
    }
  },
  OTHER_REGION("another region of a workspace", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"region\":\"eu\"", "\"region\":\"us\""));
    }
  },
  WIDER_KEY("more scopes of a key than it was given", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour
          .offers(hour.documents().good().replace("\"scopes\":[\"connect\",",
              "\"scopes\":[\"config:write\",\"incident\",\"connect\","));
    }
  },
  NEW_KEY("a new key with every scope", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"name\":\"back end\"", "\"name\":\"evil\"").replace(LinkStage.REQUEST,
          "kreq_01js00000ke008000000000099"));
    }
  },
  TAKEN_OVER("a workspace of another id under the name of one", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good().replace("\"acme\"", "\"acme-old\"").replaceFirst("\\]$", "," + LinkStage
          .workspace(LinkStage.integration("evil").replace(LinkStage.INTEGRATION, "int_01js00000ke008000000000077"), "", "")
          .replace(LinkStage.WORKSPACE, "wks_01js00000ke008000000000077") + "]"));
    }
  },
  MOVED_INTEGRATION("an integration of one workspace in another one too", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good(hour.documents().other(LinkStage.integration("evil"), "")));
    }
  },
  FOREIGN_RULE("a rule in one workspace about the key of another, giving back what was taken away", "feed_unknown_key") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(
          hour.documents().good(hour.documents().other("", LinkStage.key(hour.spareKeyId(), HostileDocuments.FULL + "false"))));
    }
  },
  INVENTED_KEYS("rules about keys that nobody made", "feed_unknown_key") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      String rules = IntStream.range(0, 300)
          .mapToObj(i -> LinkStage.key("key_01js00000ke00800" + String.format("%010d", hour.next()),
              HostileDocuments.FULL + "false"))
          .collect(Collectors.joining(","));
      return hour.offers(into(hour.documents().good(), "\"api_keys\":[", rules + ","));
    }
  },
  PROPOSALS("three hundred proposals at once", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      String requests = IntStream.range(0, 300)
          .mapToObj(i -> "{\"id\":\"kreq_01js00000ke00800" + String.format("%010d", hour.next())
              + "\",\"name\":\"n\",\"scopes\":[\"connect\"]}")
          .collect(Collectors.joining(","));
      return hour.offers(into(hour.documents().good(), "\"api_key_requests\":[", requests + ","));
    }
  },
  FLAPPING("a wish, not that wish, the wish again, with every poll", "approval.asked", "approval.withdrawn") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> {
        long version = ScriptedControlPlane.after(exchange) + 1;
        exchange.answer(Answer.json(200, hour.stage.plane.document(version,
            version % 2 == 0
                ? hour.documents().good()
                : hour.documents().good().replace("\"client_id\":\"c\"", "\"client_id\":\"flap\""))));
      };
    }
  },
  SAME_VERSION("the same version with another content", "approval.asked") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> exchange.answer(Answer.json(200, hour.stage.plane.document(ScriptedControlPlane.after(exchange),
          hour.documents().good().replace("\"client_id\":\"c\"", "\"client_id\":\"same\""))));
    }
  },
  OLDER("a document from the beginning", "feed_older") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> exchange.answer(Answer.json(200, hour.stage.plane.document(1, "[]")));
    }
  },
  LEAP("the last version there can be, so that none comes after it", "feed_too_far") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> exchange.answer(Answer.json(200, hour.stage.plane.document(Long.MAX_VALUE, "[]")));
    }
  },
  FOR_ANOTHER("the document of another proxy", "link_malformed") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> exchange
          .answer(Answer.json(200, hour.stage.plane.document(ScriptedControlPlane.after(exchange) + 1, "[]")
              .replace(hour.stage.plane.dataPlane(), "dpl_01js00000ke008000000000099")));
    }
  },
  ENDPOINTS("members for endpoints, secrets and egress rules", "link_malformed") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.answers(hour.documents().good().replace("\"slug\":\"sandbox\"", "\"token_endpoint\":\"" + hour.elsewhere()
          + "\",\"api_base\":\"" + hour.elsewhere() + "\",\"client_secret\":\"x\",\"egress\":{},\"slug\":\"sandbox\""));
    }
  },
  TWICE("a workspace twice", "link_malformed") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.answers(hour.documents().good().replaceFirst("\\]$", "," + hour.documents().good().substring(1)));
    }
  },
  TOO_MANY("a thousand and one integrations", "link_malformed") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      String many = IntStream.range(0, 1_001)
          .mapToObj(
              i -> LinkStage.integration("c").replace(LinkStage.INTEGRATION, "int_01js00000ke00800" + String.format("%010d", i))
                  .replace("\"slug\":\"sandbox\"", "\"slug\":\"s" + i + "\""))
          .collect(Collectors.joining(","));
      return hour.answers(hour.documents().good(hour.documents().other(many, "")));
    }
  },
  ENTITY_TAGS("one entity tag for every document, another for the same one, and one of a thousand characters") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> {
        long version = ScriptedControlPlane.after(exchange) + 1;
        String tag = version % 3 == 0 ? "\"always\"" : version % 3 == 1 ? "\"" + version + "\"" : "\"" + "t".repeat(1_000) + "\"";
        exchange.answer(Answer.json(200, hour.stage.plane.document(version, hour.documents().good())).with("ETag", tag));
      };
    }
  },
  NOTHING_NEW("nothing has changed, although nothing was asked about") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return exchange -> exchange.answer(Answer.of(304).with("ETag", "\"x\""));
    }
  },
  NARROWS("disables an integration and a key, and takes a scope away", "change.applied") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().narrowed());
    }
  },
  LEAVES_OUT("leaves a workspace out", "change.applied") {
    @Override
    @Nullable
    ExchangeHandler play(HostileHour hour) {
      return hour.offers(hour.documents().good(""));
    }
  };

  private final String words;
  private final Set<String> audited;

  HostileFeed(String words, String... audited) {
    this.words = words;
    this.audited = Set.of(audited);
  }

  /** What the feed answers while this is played; null: what it should, to what was offered. */
  @Nullable
  abstract ExchangeHandler play(HostileHour hour);

  /** A document with more members at the beginning of its first list of that name. */
  private static String into(String document, String list, String more) {
    int at = document.indexOf(list) + list.length();
    return document.substring(0, at) + more + document.substring(at);
  }

  /** The good document with a look of the last workspace. */
  private static String wearing(HostileHour hour, String members) {
    return hour.documents().good().replaceFirst("\\}\\]$", ",\"branding\":{" + members + "}}]");
  }

  String words() {
    return words;
  }

  Set<String> audited() {
    return audited;
  }
}
