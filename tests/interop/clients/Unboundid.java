import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.client.ScimService;
import com.unboundid.scim2.common.BaseScimResource;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.Filter;
import com.unboundid.scim2.common.messages.ListResponse;
import com.unboundid.scim2.common.messages.PatchOperation;
import com.unboundid.scim2.common.messages.PatchRequest;
import com.unboundid.scim2.common.messages.SortOrder;
import com.unboundid.scim2.common.types.*;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestFilter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.glassfish.jersey.apache.connector.ApacheConnectorProvider;
import org.glassfish.jersey.client.ClientConfig;

/**
 * What a program does that is written with UnboundID's SCIM 2 SDK, whose model
 * takes no attribute that it does not know: java Unboundid URL TOKEN, on a
 * store that is empty.
 */
public final class Unboundid {
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  private static final String USER =
      "urn:ietf:params:scim:schemas:core:2.0:User";
  private static final Report report = new Report();
  private static ScimService scim;

  public static void main(String[] arguments) throws Exception {
    ClientRequestFilter bearer = request -> request.getHeaders().putSingle(
        "Authorization", "Bearer " + arguments[1]);
    scim = new ScimService(ClientBuilder.newClient(
        new ClientConfig().connectorProvider(new ApacheConnectorProvider())
            .register(bearer)).target(arguments[0]));
    try {
      discovery();
      UserResource boss = report.need("creates a user", () ->
          scim.create("Users", user("boss@example.com").setActive(true)));
      UserResource ann = report.need("creates a complete user", () ->
          scim.create("Users", complete("ann@example.com", boss)));
      resources(ann, boss);
      patches(ann, boss);
      groups(ann, boss);
      searches();
      errors(ann);
      deletions(ann);
    } finally {
      report.print();
    }
  }

  // ---- Values

  private static UserResource user(String name) {
    return new UserResource().setUserName(name);
  }

  /** A user who has a value for everything that a client may write. */
  private static UserResource complete(String name, UserResource boss) {
    UserResource user = user(name)
        .setActive(true)
        .setDisplayName("Ann Ångström")
        .setNickName("Ann")
        .setTitle("Dr.")
        .setUserType("Employee")
        .setPreferredLanguage("sv-SE")
        .setLocale("sv-SE")
        .setTimezone("Europe/Stockholm")
        .setProfileUrl(URI.create("https://people.example.com/ann"))
        .setPassword("t1meMa$heen")
        .setName(new Name().setGivenName("Ann").setFamilyName("Ångström")
            .setMiddleName("B.").setFormatted("Dr. Ann B. Ångström")
            .setHonorificPrefix("Dr.").setHonorificSuffix("Jr."))
        .setEmails(
            new Email().setValue(name).setType("work").setPrimary(true),
            new Email().setValue("ann@home.example").setType("home"))
        .setPhoneNumbers(new PhoneNumber().setValue("tel:+46-8-123")
            .setType("work"))
        .setIms(new InstantMessagingAddress().setValue("ann").setType("xmpp"))
        .setPhotos(new Photo().setType("photo")
            .setValue(URI.create("https://people.example.com/ann.png")))
        .setAddresses(new Address().setStreetAddress("Gatan 1")
            .setLocality("Stockholm").setPostalCode("111 11").setCountry("SE")
            .setRegion("AB").setFormatted("Gatan 1\n111 11 Stockholm")
            .setType("work").setPrimary(true))
        .setEntitlements(new Entitlement().setValue("cake"))
        .setRoles(new Role().setValue("physicist").setPrimary(true))
        .setX509Certificates(new X509Certificate()
            .setValue("MIIBmTCCAQI=".getBytes()));
    user.setExternalId("e-1");
    user.setExtension(new EnterpriseUserExtension().setEmployeeNumber("1814")
        .setCostCenter("4130").setOrganization("Universal").setDivision("Light")
        .setDepartment("Spectra")
        .setManager(new Manager().setValue(boss.getId())));
    return user;
  }

  /** What of a resource a client has written. */
  private static ObjectNode written(BaseScimResource resource) {
    ObjectNode node = resource.asGenericScimResource().getObjectNode();
    node.remove(List.of("schemas", "id", "meta", "password", "groups"));
    if (node.path(ENTERPRISE).path("manager") instanceof ObjectNode manager)
      manager.retain("value");
    return node;
  }

  private static List<String> names(Iterable<UserResource> users) {
    List<String> names = new ArrayList<>();
    users.forEach(user -> names.add(user.getUserName().split("@")[0]));
    return names;
  }

  private static UserResource read(UserResource user) throws ScimException {
    return scim.retrieve("Users", user.getId(), UserResource.class);
  }

  private static GroupResource read(GroupResource group) throws ScimException {
    return scim.retrieve("Groups", group.getId(), GroupResource.class);
  }

  private static List<String> members(GroupResource group) {
    return group.getMembers() == null ? List.of()
        : group.getMembers().stream().map(Member::getValue).sorted().toList();
  }

  private static List<String> sorted(UserResource... users) {
    return java.util.stream.Stream.of(users).map(BaseScimResource::getId)
        .sorted().toList();
  }

  private static String emails(UserResource user) {
    return user.getEmails() == null ? "" : user.getEmails().stream()
        .map(email -> email.getType() + "=" + email.getValue()
            + (Boolean.TRUE.equals(email.getPrimary()) ? "!" : ""))
        .sorted().collect(Collectors.joining(" "));
  }

  /** Holds if the step fails with this status and scimType. */
  private static void fails(String sentence, int status, String type,
                            Report.Step step) {
    report.is(sentence, status + " " + type, () -> {
      try {
        return "success: " + step.run();
      } catch (ScimException error) {
        return error.getScimError().getStatus() + " "
            + error.getScimError().getScimType();
      }
    });
  }

  // ---- Checks

  private static void discovery() throws Exception {
    ServiceProviderConfigResource config = report.need(
        "reads ServiceProviderConfig", scim::getServiceProviderConfig);
    report.is("which has what it needs", "true true true true true true", () ->
        config.getPatch().isSupported() + " " + config.getBulk().isSupported()
        + " " + config.getFilter().isSupported() + " "
        + config.getSort().isSupported() + " " + config.getEtag().isSupported()
        + " " + config.getPagination().supportsCursorPagination());
    report.is("and bearer tokens", "oauthbearertoken", () ->
        config.getAuthenticationSchemes().get(0).getType());
    report.is("reads the types", List.of("Group /Groups", "User /Users"), () ->
        scim.getResourceTypes().getResources().stream()
            .map(type -> type.getName() + " " + type.getEndpoint())
            .sorted().toList());
    report.is("and one of them", ENTERPRISE, () ->
        scim.getResourceType("User").getSchemaExtensions().iterator().next()
            .getSchema().toString());
    report.is("reads the schemas", true, () ->
        scim.getSchemas().getResources().stream()
            .map(BaseScimResource::getId).toList()
            .containsAll(List.of(USER, ENTERPRISE)));
    report.is("and one of them", "STRING true false SERVER READ_WRITE DEFAULT",
        () -> scim.getSchema(USER).getAttributes().stream()
            .filter(each -> each.getName().equals("userName"))
            .map(each -> each.getType() + " " + each.isRequired() + " "
                + each.isCaseExact() + " " + each.getUniqueness() + " "
                + each.getMutability() + " " + each.getReturned())
            .findFirst().orElse("none"));
  }

  private static void resources(UserResource ann, UserResource boss) {
    report.is("the reply has all that was sent",
        written(complete("ann@example.com", boss)), () -> written(ann));
    report.is("but no password", null, ann::getPassword);
    report.is("reads it again",
        written(complete("ann@example.com", boss)), () -> written(read(ann)));
    report.is("reads it by its location", ann.getId(), () ->
        scim.retrieve(ann.getMeta().getLocation(), UserResource.class).getId());
    report.is("whose meta is complete", "User true", () ->
        ann.getMeta().getResourceType() + " " + ann.getMeta().getCreated()
            .equals(ann.getMeta().getLastModified()));
    report.is("reads its manager by reference", boss.getId(), () ->
        scim.retrieve(ann.getExtension(EnterpriseUserExtension.class)
            .getManager().getRef(), UserResource.class).getId());
    report.is("reads some attributes", "Ann null ann@example.com", () -> {
      UserResource some = scim.retrieveRequest("Users", ann.getId())
          .attributes("name.givenName", "userName").invoke(UserResource.class);
      return some.getName().getGivenName() + " " + some.getTitle() + " "
          + some.getUserName();
    });
    report.is("reads all but some", "Ann null null", () -> {
      UserResource some = scim.retrieveRequest("Users", ann.getId())
          .excludedAttributes("emails", ENTERPRISE).invoke(UserResource.class);
      return some.getName().getGivenName() + " " + some.getEmails() + " "
          + some.getExtension(EnterpriseUserExtension.class);
    });
    fails("reads what has not changed", 304, null, () ->
        scim.retrieveRequest(ann).ifNoneMatch().invoke());
    report.is("replaces it", "Doctor 1815 null", () -> {
      UserResource now = read(ann).setTitle("Doctor").setNickName(null);
      now.setExtension(now.getExtension(EnterpriseUserExtension.class)
          .setEmployeeNumber("1815"));
      now = scim.replace(now);
      return now.getTitle() + " " + now.getExtension(
          EnterpriseUserExtension.class).getEmployeeNumber() + " "
          + now.getNickName();
    });
    fails("does not replace a later version", 412, null, () ->
        scim.replaceRequest(ann).ifMatch().invoke());
    report.is("replaces this version", "Dr.", () ->
        scim.replaceRequest(read(ann).setTitle("Dr.")).ifMatch().invoke()
            .getTitle());
  }

  private static void patches(UserResource ann, UserResource boss) {
    report.is("adds a value of many", "home=ann@home.example other=a@other"
        + " work=ann@example.com!", () -> emails(scim.modifyRequest(ann)
            .addValues("emails", new Email().setValue("a@other")
                .setType("other")).invoke()));
    report.is("replaces a sub-attribute by filter", "home=a@home other=a@other"
        + " work=ann@example.com!", () -> emails(scim.modifyRequest(ann)
            .replaceValue("emails[type eq \"home\"].value", "a@home")
            .invoke()));
    report.is("makes another value primary", "home=a@home! other=a@other"
        + " work=ann@example.com", () -> emails(scim.modifyRequest(ann)
            .replaceValue("emails[type eq \"home\"].primary", true).invoke()));
    report.is("removes values by filter", "home=a@home! other=a@other", () ->
        emails(scim.modifyRequest(ann)
            .removeValues("emails[type eq \"work\"]").invoke()));
    report.is("replaces a list", "work=a@work!", () ->
        emails(scim.modifyRequest(ann).replaceValues("emails", new Email()
            .setValue("a@work").setType("work").setPrimary(true)).invoke()));
    report.is("sets, replaces and removes in one request",
        "Anna Annie null", () -> {
          UserResource now = scim.modifyRequest(ann)
              .replaceValue("name.givenName", "Anna")
              .addOperation(PatchOperation.add("nickName",
                  com.fasterxml.jackson.databind.node.TextNode.valueOf(
                      "Annie")))
              .removeValues("title").invoke();
          return now.getName().getGivenName() + " " + now.getNickName() + " "
              + now.getTitle();
        });
    report.is("changes an extension", "R&D null 1815", () -> {
      EnterpriseUserExtension now = scim.modifyRequest(ann)
          .replaceValue(ENTERPRISE + ":department", "R&D")
          .removeValues(ENTERPRISE + ":manager").invoke()
          .getExtension(EnterpriseUserExtension.class);
      return now.getDepartment() + " " + now.getManager() + " "
          + now.getEmployeeNumber();
    });
    report.is("adds without a path", "Engineer false", () -> {
      UserResource now = scim.modify("Users", ann.getId(), new PatchRequest(
          PatchOperation.add((user("x").setTitle("Engineer")
              .setActive(false).asGenericScimResource().getObjectNode())
              .retain("title", "active"))), UserResource.class);
      return now.getTitle() + " " + now.getActive();
    });
    fails("does not change a later version", 412, null, () ->
        scim.modifyRequest(boss).replaceValue("title", "Boss").ifMatch()
            .invoke().getTitle() + scim.modifyRequest(boss)
            .replaceValue("title", "No boss").ifMatch().invoke());
    report.is("which has changed nothing", "Boss", () ->
        read(boss).getTitle());
  }

  private static void groups(UserResource ann, UserResource boss) {
    GroupResource group = report.need("creates a group", () ->
        scim.create("Groups", new GroupResource().setDisplayName("Physics")
            .setMembers(new Member().setValue(ann.getId()))));
    report.is("with its member", sorted(ann), () -> members(group));
    report.is("which can be followed", ann.getId(), () ->
        scim.retrieve(group.getMembers().get(0).getRef(), UserResource.class)
            .getId());
    report.is("and knows its groups", "Physics " + group.getId(), () ->
        read(ann).getGroups().get(0).getDisplay() + " "
            + read(ann).getGroups().get(0).getValue());
    report.is("adds a member", sorted(ann, boss), () ->
        members(scim.modifyRequest(group).addValues("members",
            new Member().setValue(boss.getId())).invoke()));
    report.is("removes a member", sorted(boss), () ->
        members(scim.modifyRequest(group).removeValues(
            "members[value eq \"" + ann.getId() + "\"]").invoke()));
    report.is("replaces the members", sorted(ann), () ->
        members(scim.modifyRequest(group).replaceValues("members",
            new Member().setValue(ann.getId())).invoke()));
    report.is("finds a group by its member", "Physics", () ->
        scim.search("Groups", Filter.eq("members.value", ann.getId())
            .toString(), GroupResource.class).getResources().get(0)
            .getDisplayName());
    report.is("removes all members", List.of(), () ->
        members(scim.modifyRequest(group).removeValues("members").invoke()));
    report.is("renames it by a replacement, with members", "Optics 2", () -> {
      GroupResource now = scim.replace(read(group).setDisplayName("Optics")
          .setMembers(new Member().setValue(ann.getId()),
              new Member().setValue(boss.getId())));
      return now.getDisplayName() + " " + members(now).size();
    });
  }

  /** How a filter is searched for: who is found, by name. */
  private static void finds(Filter filter, String... names) {
    report.is("finds " + filter, List.of(names), () ->
        names(scim.searchRequest("Users").filter(filter)
            .sort("userName", SortOrder.ASCENDING)
            .invoke(UserResource.class)));
  }

  private static void searches() throws Exception {
    for (String name : List.of("carl", "dora", "Erik", "o\"hara")) {
      UserResource user = user(name + "@example.com").setTitle("Student")
          .setActive(name.length() == 4);
      user.setExtension(new EnterpriseUserExtension().setDepartment(name));
      user.setEmails(new Email().setValue(name + "@work").setType("work"));
      report.need("creates " + name, () -> scim.create("Users", user));
    }
    finds(Filter.eq("userName", "CARL@example.com"), "carl");
    finds(Filter.eq("userName", "o\"hara@example.com"), "o\"hara");
    finds(Filter.ne("title", "Student"), "ann", "boss");
    finds(Filter.sw("userName", "e"), "Erik");
    finds(Filter.ew("emails.value", "WORK"),
        "ann", "carl", "dora", "Erik", "o\"hara");
    finds(Filter.co("userName", "ar"), "carl", "o\"hara");
    finds(Filter.pr("name.familyName"), "ann");
    finds(Filter.eq("active", false), "ann", "o\"hara");
    finds(Filter.gt("meta.lastModified", new java.util.Date(0)),
        "ann", "boss", "carl", "dora", "Erik", "o\"hara");
    finds(Filter.le("userName", "c"), "ann", "boss");
    finds(Filter.and(Filter.eq("title", "student"),
        Filter.not(Filter.eq("active", true))), "o\"hara");
    finds(Filter.or(Filter.sw("userName", "carl"),
        Filter.eq(ENTERPRISE + ":department", "dora")), "carl", "dora");
    finds(Filter.complex("emails", Filter.and(Filter.eq("type", "work"),
        Filter.sw("value", "dora"))), "dora");
    report.is("sorts", List.of("o\"hara", "Erik", "dora", "carl", "boss",
        "ann"), () -> names(scim.searchRequest("Users")
            .sort("userName", SortOrder.DESCENDING)
            .invoke(UserResource.class)));
    report.is("pages by index", "[carl, dora] of 6 from 3", () -> {
      ListResponse<UserResource> page = scim.searchRequest("Users")
          .sort("userName", SortOrder.ASCENDING).page(3, 2)
          .invoke(UserResource.class);
      return names(page) + " of " + page.getTotalResults() + " from "
          + page.getStartIndex();
    });
    report.is("pages by cursor", "[ann, boss, carl, dora] [Erik, o\"hara]",
        () -> {
          ListResponse<UserResource> page = scim.searchRequest("Users")
              .sort("userName", SortOrder.ASCENDING)
              .firstPageCursorWithCount(4).invoke(UserResource.class);
          return names(page) + " " + names(scim.searchRequest("Users")
              .sort("userName", SortOrder.ASCENDING)
              .pageWithCursor(page.getNextCursor(), 4)
              .invoke(UserResource.class));
        });
    report.is("searches by POST", "[carl] null", () -> {
      ListResponse<UserResource> found = scim.searchRequest("Users")
          .filter(Filter.sw("userName", "carl")).attributes("userName")
          .invokePost(UserResource.class);
      return names(found) + " " + found.getResources().get(0).getTitle();
    });
    report.is("finds nobody", "0 []", () -> {
      ListResponse<UserResource> found = scim.search("Users",
          "userName eq \"nobody\"", UserResource.class);
      return found.getTotalResults() + " " + names(found);
    });
  }

  private static void errors(UserResource ann) {
    fails("does not find what is not there", 404, null, () ->
        scim.retrieve("Users", "nobody", UserResource.class));
    fails("creates nobody twice", 409, "uniqueness", () ->
        scim.create("Users", user("Ann@example.com")));
    fails("is told of a filter that is none", 400, "invalidFilter", () ->
        scim.search("Users", "userName eq", UserResource.class));
    fails("of a path that is none", 400, "invalidPath", () ->
        scim.modifyRequest(ann).replaceValue("nothing", "x").invoke());
    fails("of a value of the wrong type", 400, "invalidValue", () ->
        scim.modifyRequest(ann).replaceValue("active", "perhaps").invoke());
    fails("of what is read-only", 400, "mutability", () ->
        scim.modifyRequest(ann).replaceValue("meta.version", "x").invoke());
    fails("of what nothing matches", 400, "noTarget", () ->
        scim.modifyRequest(ann).replaceValue(
            "emails[value eq \"x\" and not (type pr)].display", "y").invoke());
    fails("of what is required", 400, "invalidValue", () ->
        scim.create("Users", new UserResource().setTitle("Nobody")));
  }

  private static void deletions(UserResource ann) {
    fails("does not delete a later version", 412, null, () -> {
      scim.deleteRequest(ann).ifMatch("W/\"none\"").invoke();
      return null;
    });
    report.is("deletes", null, () -> {
      scim.delete(ann);
      return null;
    });
    fails("deletes nobody twice", 404, null, () -> {
      scim.delete(ann);
      return null;
    });
    report.is("who is no member any more", 0, () -> scim.search("Groups",
        "members.value eq \"" + ann.getId() + "\"", GroupResource.class)
        .getTotalResults());
  }
}
