import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import de.captaingoldfish.scim.sdk.client.ScimClientConfig;
import de.captaingoldfish.scim.sdk.client.ScimRequestBuilder;
import de.captaingoldfish.scim.sdk.client.builder.ListBuilder;
import de.captaingoldfish.scim.sdk.client.builder.PatchBuilder;
import de.captaingoldfish.scim.sdk.client.resources.MetaConfiguration;
import de.captaingoldfish.scim.sdk.client.response.ServerResponse;
import de.captaingoldfish.scim.sdk.common.constants.enums.Comparator;
import de.captaingoldfish.scim.sdk.common.constants.enums.HttpMethod;
import de.captaingoldfish.scim.sdk.common.constants.enums.PatchOp;
import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.resources.EnterpriseUser;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.ResourceNode;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.Manager;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.common.resources.complex.Name;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.*;
import de.captaingoldfish.scim.sdk.common.response.BulkResponse;
import de.captaingoldfish.scim.sdk.common.response.BulkResponseOperation;
import de.captaingoldfish.scim.sdk.common.response.ListResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a program does that is written with the client of SCIM-SDK, as plug-ins
 * of Keycloak are; the client itself refuses replies that are of another media
 * type than SCIM's: java ScimSdk URL TOKEN, on a store that is empty.
 */
public final class ScimSdk {
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  private static final String USER =
      "urn:ietf:params:scim:schemas:core:2.0:User";
  private static final Report report = new Report();
  private static ScimRequestBuilder scim;

  public static void main(String[] arguments) throws Exception {
    scim = new ScimRequestBuilder(arguments[0], ScimClientConfig.builder()
        .httpHeaders(Map.of("Authorization", "Bearer " + arguments[1]))
        .build());
    try {
      discovery();
      User boss = report.need("creates a user", () ->
          create(user("boss@example.com").build()));
      User ann = report.need("creates a complete user", () ->
          create(complete("ann@example.com", boss)));
      resources(ann, boss);
      patches(ann);
      Group group = report.need("creates a group", () -> good(scim
          .create(Group.class, "/Groups").setResource(Group.builder()
              .displayName("Physics").members(List.of(member(ann))).build())
          .sendRequest()));
      groups(group, ann, boss);
      searches();
      bulk(ann);
      errors(ann);
      deletions(ann);
    } finally {
      report.print();
    }
  }

  // ---- Values

  private static User.UserBuilder user(String name) {
    return User.builder().userName(name).active(true);
  }

  /** A user who has a value for everything that a client may write. */
  private static User complete(String name, User boss) {
    return user(name).externalId("e-1").displayName("Ann Ångström")
        .nickName("Ann").title("Dr.").userType("Employee")
        .preferredLanguage("sv-SE").locale("sv-SE")
        .timeZone("Europe/Stockholm").password("t1meMa$heen")
        .profileUrl("https://people.example.com/ann")
        .name(Name.builder().givenName("Ann").familyName("Ångström")
            .middlename("B.").formatted("Dr. Ann B. Ångström")
            .honorificPrefix("Dr.").honorificSuffix("Jr.").build())
        .emails(List.of(
            Email.builder().value(name).type("work").primary(true).build(),
            Email.builder().value("ann@home.example").type("home").build()))
        .phoneNumbers(List.of(PhoneNumber.builder().value("tel:+46-8-123")
            .type("work").build()))
        .ims(List.of(Ims.builder().value("ann").type("xmpp").build()))
        .photos(List.of(Photo.builder().type("photo")
            .value("https://people.example.com/ann.png").build()))
        .addresses(List.of(Address.builder().streetAddress("Gatan 1")
            .locality("Stockholm").postalCode("111 11").country("SE")
            .region("AB").formatted("Gatan 1\n111 11 Stockholm").type("work")
            .build()))
        .entitlements(List.of(Entitlement.builder().value("cake").build()))
        .roles(List.of(PersonRole.builder().value("physicist").build()))
        .enterpriseUser(EnterpriseUser.builder().employeeNumber("1814")
            .costCenter("4130").organization("Universal").division("Light")
            .department("Spectra")
            .manager(Manager.builder().value(id(boss)).build()).build())
        .build();
  }

  private static String id(ResourceNode resource) {
    return resource.getId().orElseThrow();
  }

  private static Meta meta(ResourceNode resource) {
    return resource.getMeta().orElseThrow();
  }

  private static Member member(User user) {
    return Member.builder().value(id(user)).build();
  }

  /** What of a resource a client has written. */
  private static ObjectNode written(ResourceNode resource) {
    ObjectNode node = resource.deepCopy();
    node.remove(List.of("schemas", "id", "meta", "password", "groups"));
    if (node.path(ENTERPRISE).path("manager") instanceof ObjectNode manager)
      manager.retain("value");
    return node;
  }

  private static List<String> names(ListResponse<User> users) {
    return users.getListedResources().stream()
        .map(user -> user.getUserName().orElse("?").split("@")[0]).toList();
  }

  private static List<String> members(Group group) {
    return group.getMembers().stream().map(each ->
        each.getValue().orElse("?")).sorted().toList();
  }

  private static List<String> sorted(User... users) {
    return Stream.of(users).map(ScimSdk::id).sorted().toList();
  }

  private static String emails(User user) {
    return user.getEmails().stream().map(email ->
        email.getType().orElse("?") + "=" + email.getValue().orElse("?")
            + (email.isPrimary() ? "!" : ""))
        .sorted().collect(Collectors.joining(" "));
  }

  // ---- Requests

  /** What a reply holds, which the client must hold to be a SCIM one. */
  private static <T extends de.captaingoldfish.scim.sdk.common.resources.base
      .ScimObjectNode> T good(ServerResponse<T> reply) {
    if (!reply.isSuccess())
      throw new IllegalStateException(
          reply.getHttpStatus() + " " + reply.getResponseBody());
    return reply.getResource();
  }

  private static User create(User user) {
    return good(scim.create(User.class, "/Users").setResource(user)
        .sendRequest());
  }

  private static User read(User user) {
    return good(scim.get(User.class, "/Users", id(user)).sendRequest());
  }

  private static PatchBuilder.PatchOperationBuilder<User> patch(User user) {
    return scim.patch(User.class, "/Users", id(user)).addOperation();
  }

  private static User sent(PatchBuilder.PatchOperationBuilder<User> patch) {
    return good(patch.build().sendRequest());
  }

  private static PatchBuilder.PatchOperationBuilder<Group> patch(Group group) {
    return scim.patch(Group.class, "/Groups", id(group)).addOperation()
        .path("members");
  }

  private static ListBuilder<User> list() {
    return scim.list(User.class, "/Users").sortBy("userName").count(10);
  }

  /** Holds if the reply is an error of this status and scimType. */
  private static void fails(String sentence, int status, String type,
                            java.util.function.Supplier<ServerResponse<?>>
                                step) {
    report.is(sentence, status + " " + type, () -> {
      ServerResponse<?> reply = step.get();
      return reply.getErrorResponse() == null
          ? reply.getHttpStatus() + " " + reply.getResponseBody()
          : reply.getErrorResponse().getStatus() + " "
              + reply.getErrorResponse().getScimType().orElse("");
    });
  }

  // ---- Checks

  private static void discovery() {
    report.is("reads ServiceProviderConfig", "true true true true true", () -> {
      var config = scim.loadServiceProviderConfiguration();
      return config.getPatchConfig().isSupported() + " "
          + config.getBulkConfig().isSupported() + " "
          + config.getFilterConfig().isSupported() + " "
          + config.getSortConfig().isSupported() + " "
          + config.getETagConfig().isSupported();
    });
    MetaConfiguration all = report.need("reads all that is told of the server",
        () -> good(scim.loadMetaConfiguration().sendRequest()));
    report.is("the types", List.of("Group /Groups", "User /Users"), () ->
        all.getResourceTypes().stream().map(type -> type.getName() + " "
            + type.getEndpoint()).sorted().toList());
    report.is("the schemas", true, () -> all.getSchemas().stream()
        .map(schema -> schema.getNonNullId()).toList()
        .containsAll(List.of(USER, ENTERPRISE)));
    report.is("and their attributes", "STRING true SERVER READ_WRITE", () -> {
      var attribute = all.getSchemas().stream()
          .filter(schema -> schema.getNonNullId().equals(USER)).findFirst()
          .orElseThrow().getSchemaAttribute("userName");
      return attribute.getType() + " " + attribute.isRequired() + " "
          + attribute.getUniqueness() + " " + attribute.getMutability();
    });
  }

  private static void resources(User ann, User boss) {
    report.is("the reply has all that was sent",
        written(complete("ann@example.com", boss)), () -> written(ann));
    report.is("but no password", false, () -> ann.getPassword().isPresent());
    report.is("reads it again",
        written(complete("ann@example.com", boss)), () -> written(read(ann)));
    report.is("whose meta is complete", "User true true", () ->
        meta(ann).getResourceType().orElse("?") + " "
            + meta(ann).getLocation().orElse("?").endsWith("/Users/" + id(ann))
            + " " + meta(ann).getCreated().equals(meta(ann).getLastModified()));
    report.is("reads what has not changed", 304, () ->
        scim.get(User.class, "/Users", id(ann)).setETagForIfNoneMatch(
            meta(ann).getVersion().orElseThrow()).sendRequest()
            .getHttpStatus());
    report.is("replaces it", "Doctor false", () -> {
      User now = read(ann);
      now.setTitle("Doctor");
      now.setNickName(null);
      now = good(scim.update(User.class, "/Users", id(ann)).setResource(now)
          .sendRequest());
      return now.getTitle().orElse("?") + " " + now.getNickName().isPresent();
    });
    fails("does not replace a later version", 412, "", () ->
        scim.update(User.class, "/Users", id(ann)).setResource(ann)
            .setETagForIfMatch(meta(ann).getVersion().orElseThrow())
            .sendRequest());
    report.is("replaces this version", "Dr.", () -> {
      User now = read(ann);
      now.setTitle("Dr.");
      return good(scim.update(User.class, "/Users", id(ann)).setResource(now)
          .setETagForIfMatch(meta(now).getVersion().orElseThrow())
          .sendRequest()).getTitle().orElse("?");
    });
  }

  private static void patches(User ann) {
    report.is("adds a value of many", "home=ann@home.example other=a@other"
        + " work=ann@example.com!", () -> emails(sent(patch(ann)
            .op(PatchOp.ADD).path("emails").valueNode(Email.builder()
                .value("a@other").type("other").build()))));
    report.is("replaces a sub-attribute by filter", "home=a@home other=a@other"
        + " work=ann@example.com!", () -> emails(sent(patch(ann)
            .op(PatchOp.REPLACE).path("emails[type eq \"home\"].value")
            .value("a@home"))));
    report.is("makes another value primary, as a text",
        "home=a@home! other=a@other work=ann@example.com", () ->
            emails(sent(patch(ann).op(PatchOp.REPLACE)
                .path("emails[type eq \"home\"].primary").value("true"))));
    report.is("removes values by filter", "home=a@home! other=a@other", () ->
        emails(sent(patch(ann).op(PatchOp.REMOVE)
            .path("emails[type eq \"work\"]"))));
    report.is("replaces a list", "work=a@work! work=b@work", () ->
        emails(sent(patch(ann).op(PatchOp.REPLACE).path("emails").valueNodes(
            List.of(Email.builder().value("a@work").type("work").primary(true)
                .build(), Email.builder().value("b@work").type("work")
                .build())))));
    report.is("sets, replaces and removes in one request", "Anna Annie false",
        () -> {
          User now = sent(patch(ann)
              .op(PatchOp.REPLACE).path("name.givenName").value("Anna").next()
              .op(PatchOp.ADD).path("nickName").valueNode(
                  TextNode.valueOf("Annie")).next()
              .op(PatchOp.REMOVE).path("title"));
          return now.getName().orElseThrow().getGivenName().orElse("?") + " "
              + now.getNickName().orElse("?") + " "
              + now.getTitle().isPresent();
        });
    report.is("changes an extension", "R&D false 1814", () -> {
      EnterpriseUser now = sent(patch(ann)
          .op(PatchOp.REPLACE).path(ENTERPRISE + ":department").value("R&D")
          .next().op(PatchOp.REMOVE).path(ENTERPRISE + ":manager"))
          .getEnterpriseUser().orElseThrow();
      return now.getDepartment().orElse("?") + " "
          + now.getManager().isPresent() + " "
          + now.getEmployeeNumber().orElse("?");
    });
    report.is("adds without a path, an array of one", "Engineer false", () -> {
      User now = sent(patch(ann).op(PatchOp.ADD).valueNode(User.builder()
          .title("Engineer").active(false).build()));
      return now.getTitle().orElse("?") + " " + now.isActive().orElse(null);
    });
    report.is("replaces without a path", "Lead R&D", () -> {
      User now = sent(patch(ann).op(PatchOp.REPLACE).valueNode(User.builder()
          .title("Lead").build()));
      return now.getTitle().orElse("?") + " " + now.getEnterpriseUser()
          .orElseThrow().getDepartment().orElse("?");
    });
  }

  private static void groups(Group group, User ann, User boss) {
    report.is("with its member", sorted(ann), () -> members(group));
    report.is("who knows its groups", id(group) + " Physics", () -> {
      GroupNode its = read(ann).getGroups().get(0);
      return its.getValue().orElse("?") + " " + its.getDisplay().orElse("?");
    });
    report.is("adds a member", sorted(ann, boss), () ->
        members(good(patch(group).op(PatchOp.ADD).valueNode(member(boss))
            .build().sendRequest())));
    report.is("removes a member", sorted(boss), () ->
        members(good(patch(group).op(PatchOp.REMOVE)
            .path("members[value eq \"" + id(ann) + "\"]")
            .build().sendRequest())));
    report.is("replaces the members", sorted(ann, boss), () ->
        members(good(patch(group).op(PatchOp.REPLACE).valueNodes(
            List.of(member(ann), member(boss))).build().sendRequest())));
    report.is("removes all members", List.of(), () ->
        members(good(patch(group).op(PatchOp.REMOVE).build().sendRequest())));
    report.is("replaces it, with members", sorted(ann, boss), () ->
        members(good(scim.update(Group.class, "/Groups", id(group))
            .setResource(Group.builder().displayName("Optics").members(
                List.of(member(ann), member(boss))).build())
            .sendRequest())));
    report.is("finds a group by its member", "Optics", () ->
        good(scim.list(Group.class, "/Groups").filter("members.value",
            Comparator.EQ, id(ann)).build().get().sendRequest())
            .getListedResources().get(0).getDisplayName().orElse("?"));
  }

  private static void searches() {
    for (String name : List.of("carl", "dora", "Erik", "o\"hara"))
      report.need("creates " + name, () -> create(
          user(name + "@example.com").title("Student")
              .active(name.length() == 4)
              .emails(List.of(Email.builder().value(name + "@work")
                  .type("work").build())).build()));
    report.is("finds by a name", List.of("carl"), () -> names(good(list()
        .filter("userName", Comparator.EQ, "CARL@example.com").build().get()
        .sendRequest())));
    report.is("finds by two conditions", List.of("carl", "dora", "Erik"),
        () -> names(good(list().filter("title", Comparator.EQ, "student")
            .and("active", Comparator.EQ, true).build().get()
            .sendRequest())));
    report.is("finds by conditions in parentheses", List.of("carl", "dora"),
        () -> names(good(list().filter("title", Comparator.PR, null)
            .and(true, "userName", Comparator.SW, "carl")
            .or("emails.value", Comparator.CO, "dora", true).build().get()
            .sendRequest())));
    report.is("finds by a date", 6, () -> names(good(list().filter(
        "meta.created GT \"2000-01-01T00:00:00Z\"").get().sendRequest()))
        .size());
    report.is("finds by a value path", List.of("dora"), () -> names(good(list()
        .filter("emails[type eq \"work\" and value sw \"dora\"]").get()
        .sendRequest())));
    report.is("finds by POST, some attributes", "[carl] false", () -> {
      ListResponse<User> found = good(list().filter("userName",
          Comparator.SW, "carl").build().attributes("userName").post()
          .sendRequest());
      return names(found) + " " + found.getListedResources().get(0).getTitle()
          .isPresent();
    });
    report.is("sorts", List.of("o\"hara", "Erik", "dora", "carl", "boss",
        "ann"), () -> names(good(list().sortOrder(SortOrder.DESCENDING).get()
            .sendRequest())));
    report.is("pages", "[carl, dora] 2 of 6 from 3", () -> {
      ListResponse<User> page = good(list().startIndex(3).count(2).get()
          .sendRequest());
      return names(page) + " " + page.getItemsPerPage() + " of "
          + page.getTotalResults() + " from " + page.getStartIndex();
    });
    report.is("reads all pages", List.of("ann", "boss", "carl", "dora", "Erik",
        "o\"hara"), () -> names(good(scim.list(User.class, "/Users")
            .sortBy("userName").get().getAll())));
  }

  private static void bulk(User ann) {
    report.is("a request of many, with references", "201 201 200 204", () ->
        good(scim.bulk().failOnErrors(1)
            .bulkRequestOperation("/Users").method(HttpMethod.POST)
            .bulkId("u").data(user("fay@example.com").build()).next()
            .bulkRequestOperation("/Groups").method(HttpMethod.POST)
            .bulkId("g").data(Group.builder().displayName("Many").members(
                List.of(Member.builder().value("bulkId:u").type("User")
                    .build())).build()).next()
            .bulkRequestOperation("/Users/" + id(ann)).method(HttpMethod.PUT)
            .data(complete("ann@example.com", ann)).next()
            .bulkRequestOperation("/Users/" + found("Erik"))
            .method(HttpMethod.DELETE).sendRequest())
            .getBulkResponseOperations().stream()
            .map(each -> "" + each.getStatus())
            .collect(Collectors.joining(" ")));
    report.is("which are resolved", found("fay"), () ->
        good(scim.list(Group.class, "/Groups").filter("displayName",
            Comparator.EQ, "many").build().get().sendRequest())
            .getListedResources().get(0).getMembers().get(0).getValue()
            .orElse("?"));
    report.is("one that fails in part", "409 uniqueness 204", () -> {
      BulkResponse reply = good(scim.bulk()
          .bulkRequestOperation("/Users").method(HttpMethod.POST).bulkId("u")
          .data(user("ann@example.com").build()).next()
          .bulkRequestOperation("/Users/" + found("fay"))
          .method(HttpMethod.DELETE).sendRequest());
      BulkResponseOperation first = reply.getByBulkId("u").orElseThrow();
      return first.getStatus() + " " + first.getResponse(
          de.captaingoldfish.scim.sdk.common.response.ErrorResponse.class)
          .orElseThrow().getScimType().orElse("?") + " "
          + reply.getBulkResponseOperations().get(1).getStatus();
    });
  }

  private static String found(String name) {
    return id(good(list().filter("userName", Comparator.EQ, name
        + "@example.com").build().get().sendRequest()).getListedResources()
        .get(0));
  }

  private static void errors(User ann) {
    fails("does not find what is not there", 404, "", () ->
        scim.get(User.class, "/Users", "nobody").sendRequest());
    fails("creates nobody twice", 409, "uniqueness", () ->
        scim.create(User.class, "/Users").setResource(
            user("Ann@example.com").build()).sendRequest());
    fails("is told of a filter that is none", 400, "invalidFilter", () ->
        list().filter("userName eq").get().sendRequest());
    fails("of a path that is none", 400, "invalidPath", () ->
        patch(ann).op(PatchOp.REPLACE).path("nothing").value("x").build()
            .sendRequest());
    fails("of a value of the wrong type", 400, "invalidValue", () ->
        patch(ann).op(PatchOp.REPLACE).path("active").value("perhaps").build()
            .sendRequest());
    fails("of what is read-only", 400, "mutability", () ->
        patch(ann).op(PatchOp.REPLACE).path("meta.version").value("x").build()
            .sendRequest());
    fails("of what is required", 400, "invalidValue", () ->
        scim.create(User.class, "/Users").setResource(
            User.builder().title("Nobody").build()).sendRequest());
  }

  private static void deletions(User ann) {
    fails("does not delete a later version", 412, "", () ->
        scim.delete(User.class, "/Users", id(ann))
            .setETagForIfMatch("W/\"0\"").sendRequest());
    report.is("deletes", "true 204", () -> {
      var reply = scim.delete(User.class, "/Users", id(ann)).sendRequest();
      return reply.isSuccess() + " " + reply.getHttpStatus();
    });
    fails("deletes nobody twice", 404, "", () ->
        scim.delete(User.class, "/Users", id(ann)).sendRequest());
    report.is("who is no member any more", 0L, () ->
        good(scim.list(Group.class, "/Groups").filter("members.value",
            Comparator.EQ, id(ann)).build().get().sendRequest())
            .getTotalResults());
  }
}
