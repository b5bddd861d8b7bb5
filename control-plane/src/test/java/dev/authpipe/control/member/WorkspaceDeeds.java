package dev.authpipe.control.member;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.LinkClient;
import dev.authpipe.control.ops.RunningControlPlane;

/** A successful call of each route that changes something in a workspace, or over the link. */
final class WorkspaceDeeds {
  private static final String AT = "/api/v1/workspaces/{workspace_id}";
  private static final String INTEGRATION = "{\"slug\":\"chat\",\"provider\":\"slack\",\"client_id\":\"c-1\",\"scopes\":[\"chat:write\"]}";
  private static final String ENDPOINT = "{\"url\":\"https://hooks.acme.com/authpipe\"}";
  private static final String KEY_REQUEST = "{\"name\":\"back end\",\"scopes\":[\"proxy\"]}";

  private final RunningControlPlane plane;

  WorkspaceDeeds(RunningControlPlane plane) {
    this.plane = plane;
  }

  /** A fresh workspace, seen by its owner. */
  private final class Place {
    private final String id = plane.workspace();
    private final String path = "/api/v1/workspaces/" + id;
    private final ControlClient owner = plane.member(id, Role.OWNER);

    /** Makes something and answers its id. */
    String make(String list, String body) {
      return owner.send("POST", path + list, body).expect(201).json().path("id").asText();
    }

    Runnable call(String method, String under, String body, int status) {
      return () -> owner.send(method, path + under, body.isEmpty() ? null : body).expect(status);
    }

    LinkClient proxy() {
      return plane.enrolled(id);
    }

    LinkClient.Report report(String kind, Map<String, Object> members) {
      return new LinkClient.Report(kind, id, members);
    }
  }

  void addTo(Map<String, Supplier<Runnable>> all) {
    workspace(all);
    people(all);
    configuration(all);
    keys(all);
    dataPlanes(all);
    link(all);
  }

  private void in(Map<String, Supplier<Runnable>> all, String route, Function<Place, Runnable> deed) {
    String[] parts = route.split(" ", 2);
    all.put(parts[0] + " " + AT + parts[1], () -> deed.apply(new Place()));
  }

  private void workspace(Map<String, Supplier<Runnable>> all) {
    in(all, "PATCH ", place -> place.call("PATCH", "", "{\"display_name\":\"Another\"}", 200));
    in(all, "DELETE ", place -> place.call("DELETE", "", "", 202));
    in(all, "PATCH /policy", place -> place.call("PATCH", "/policy", "{\"retention_days\":3}", 200));
    in(all, "PATCH /branding", place -> place.call("PATCH", "/branding", "{\"name\":\"Acme\"}", 200));
    in(all, "POST /exports", place -> place.call("POST", "/exports", "{\"format\":\"json\"}", 201));
  }

  private void people(Map<String, Supplier<Runnable>> all) {
    in(all, "POST /invitations",
        place -> place.call("POST", "/invitations", Visitor.body("email", PeopleStage.address(), "role", "viewer"), 201));
    in(all, "DELETE /invitations/{invitation_id}", place -> place.call("DELETE",
        "/invitations/" + place.make("/invitations", Visitor.body("email", PeopleStage.address(), "role", "viewer")), "", 204));
    in(all, "PATCH /members/{person_id}", place -> place.call("PATCH",
        "/members/" + plane.member(place.id, Role.VIEWER).id(), "{\"role\":\"support\"}", 204));
    in(all, "DELETE /members/{person_id}",
        place -> place.call("DELETE", "/members/" + plane.member(place.id, Role.VIEWER).id(), "", 204));
    in(all, "POST /members/leave", place -> {
      ControlClient viewer = plane.member(place.id, Role.VIEWER);
      return () -> viewer.send("POST", place.path + "/members/leave", null).expect(204);
    });
  }

  private void configuration(Map<String, Supplier<Runnable>> all) {
    in(all, "POST /integrations", place -> place.call("POST", "/integrations", INTEGRATION, 201));
    in(all, "PATCH /integrations/{integration}", place -> place.call("PATCH",
        "/integrations/" + place.make("/integrations", INTEGRATION), "{\"disabled\":true}", 200));
    in(all, "DELETE /integrations/{integration}",
        place -> place.call("DELETE", "/integrations/" + place.make("/integrations", INTEGRATION), "", 204));
    in(all, "POST /webhook-endpoints", place -> place.call("POST", "/webhook-endpoints", ENDPOINT, 201));
    in(all, "PATCH /webhook-endpoints/{webhook_id}", place -> place.call("PATCH",
        "/webhook-endpoints/" + place.make("/webhook-endpoints", ENDPOINT), "{\"disabled\":true}", 200));
    in(all, "DELETE /webhook-endpoints/{webhook_id}",
        place -> place.call("DELETE", "/webhook-endpoints/" + place.make("/webhook-endpoints", ENDPOINT), "", 204));
  }

  private void keys(Map<String, Supplier<Runnable>> all) {
    in(all, "POST /api-key-requests", place -> place.call("POST", "/api-key-requests", KEY_REQUEST, 201));
    in(all, "DELETE /api-key-requests/{request_id}",
        place -> place.call("DELETE", "/api-key-requests/" + place.make("/api-key-requests", KEY_REQUEST), "", 204));
    in(all, "PATCH /api-keys/{key_id}", place -> {
      String key = LinkClient.id("key");
      place.proxy().report(1, place.report("api_key", key(key))).expect(200);
      return place.call("PATCH", "/api-keys/" + key, "{\"disabled\":true}", 200);
    });
  }

  private void dataPlanes(Map<String, Supplier<Runnable>> all) {
    in(all, "POST /data-planes", place -> place.call("POST", "/data-planes", "{\"name\":\"north\"}", 201));
    in(all, "POST /data-planes/{data_plane_id}/enrolment-codes", place -> {
      String made = place.owner.send("POST", place.path + "/data-planes", "{\"name\":\"north\"}").expect(201).json()
          .at("/data_plane/id").asText();
      return place.call("POST", "/data-planes/" + made + "/enrolment-codes", "", 201);
    });
    in(all, "DELETE /data-planes/{data_plane_id}",
        place -> place.call("DELETE", "/data-planes/" + place.proxy().dataPlane(), "", 200));
    in(all, "DELETE /data-planes/{data_plane_id}/assignment",
        place -> place.call("DELETE", "/data-planes/" + place.proxy().dataPlane() + "/assignment", "", 204));
    in(all, "PUT /data-planes/{data_plane_id}/assignment", place -> {
      String assignment = "/data-planes/" + place.proxy().dataPlane() + "/assignment";
      place.call("DELETE", assignment, "", 204).run();
      return place.call("PUT", assignment, "", 200);
    });
    in(all, "POST /data-planes/{data_plane_id}/restores",
        place -> place.call("POST", "/data-planes/" + place.proxy().dataPlane() + "/restores", "{\"epoch\":1}", 204));
    in(all, "POST /connection-commands", place -> {
      place.proxy();
      return place.call("POST", "/connection-commands", "{\"kind\":\"probe\",\"target\":\"" + LinkClient.id("conn") + "\"}", 202);
    });
    in(all, "POST /incident-commands", place -> {
      place.proxy();
      return place.call("POST", "/incident-commands", "{\"kind\":\"rotate\"}", 202);
    });
  }

  private void link(Map<String, Supplier<Runnable>> all) {
    all.put("POST /link/v1/enrol", () -> {
      Place place = new Place();
      String code = place.owner.send("POST", place.path + "/data-planes", "{\"name\":\"north\"}").expect(201).json()
          .path("enrolment_code").asText();
      LinkClient proxy = plane.proxy();
      return () -> proxy.enrol(code);
    });
    all.put("POST /link/v1/identity", () -> {
      LinkClient proxy = new Place().proxy();
      String next = LinkClient.Key.create().identity();
      return () -> proxy.post("/link/v1/identity", "{\"v\":1,\"next\":\"" + next + "\"}").expect(204);
    });
    all.put("POST /link/v1/reports", () -> {
      Place place = new Place();
      LinkClient proxy = place.proxy();
      LinkClient.Report report = place.report("api_key", key(LinkClient.id("key")));
      return () -> proxy.report(1, report).expect(200);
    });
  }

  private static Map<String, Object> key(String id) {
    return Map.of("key", id, "name", "k" + UUID.randomUUID(), "scopes", List.of("proxy"), "status", "active",
        "created_at",
        "2026-11-01T10:00:00.000Z");
  }
}
