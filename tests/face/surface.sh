#!/bin/bash
# What the extension shows: functions, modules, symbols, tables and views. A
# name or a column that is missing here is a change of the public interface.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

# name, arguments, flags: 524288 is SQLITE_DIRECTONLY, 2097152 is
# SQLITE_INNOCUOUS, and 2048 SQLITE_DETERMINISTIC.
is "the functions, their arguments and flags" "$(sql "
  SELECT name || '/' || narg || iif(flags & 524288, ' directonly', '')
         || iif(flags & 2097152, ' innocuous', '')
         || iif(flags & 2048, ' deterministic', '')
    FROM pragma_function_list WHERE name LIKE 'scim%' ORDER BY name, narg")" \
"scim_apply/1 directonly
scim_apply/2 directonly
scim_apply/3 directonly
scim_apply/4 directonly
scim_body_fault/2 directonly
scim_client/2 directonly
scim_client/3 directonly
scim_client_rotate/2 directonly
scim_client_rotate/3 directonly
scim_debug/0 innocuous deterministic
scim_document/2 innocuous
scim_document/3 innocuous
scim_e164/1 innocuous deterministic
scim_fold/1 innocuous deterministic
scim_forget/2 directonly
scim_init/0 directonly
scim_init/1 directonly
scim_limits/1 directonly
scim_map/2 directonly
scim_map/3 directonly
scim_map_adopt/1 directonly
scim_map_adopt/2 directonly
scim_map_drop/1 directonly
scim_map_drop/2 directonly
scim_map_sql/1 innocuous
scim_map_switch/2 directonly
scim_map_switch/3 directonly
scim_match/2 innocuous
scim_patch/2 innocuous
scim_prune/1 directonly
scim_prune/2 directonly
scim_prune/3 directonly
scim_release/1 directonly
scim_release/2 directonly
scim_replay/1 directonly
scim_replicable/4 directonly
scim_review/2 directonly
scim_review/3 directonly
scim_review/4 directonly
scim_secret/0 directonly
scim_tenant_remove/2 directonly
scim_tenant_remove/3 directonly
scim_token/2 directonly
scim_token/3 directonly
scim_token_rotate/2 directonly
scim_token_rotate/3 directonly
scim_validate/2 innocuous
scim_version/0 innocuous deterministic"

# A star marks a hidden column, which is an argument.
is "the virtual tables and their columns" "$(sql "
  SELECT m.name || ': ' || (SELECT group_concat(
           c.name || iif(c.hidden, '*', ''), ' ')
           FROM pragma_table_xinfo(m.name) AS c)
    FROM pragma_module_list AS m WHERE m.name LIKE 'scim%' ORDER BY m.name")" \
"scim: method target body options status scim_type detail time tenant token \
action type id version before after
scim_as_of: id doc version modified type* time* tenant*
scim_attributes: path type value primary data_type position doc*
scim_check: kind tenant type id seq detail
scim_explain: term how index rows type* filter* tenant*
scim_filter: id doc version created modified resource type* filter* sort_by* \
sort_order* tenant*
scim_map_preview: id key decision column have want reason map* tenant*
scim_preview: key action id before after detail type* query* match* \
deactivate_missing* tenant*
scim_provenance: attribute value seq time token label idp id* tenant*
scim_stmt: sql runs"

# Apart from what the compiler adds for the sanitizers and for gcov.
is "only the entry point is exported" \
  "$(nm -D --defined-only "$extension.so" | awk '{ print $2, $3 }' |
    grep -v ' \(__asan\|__ubsan\|__odr\|__gcov\|mangle_path\)')" \
  "T sqlite3_scim_init"

sql "SELECT scim_init()" >/dev/null
is "the tables and views and their columns" "$(sql "
  SELECT s.type || ' ' || s.name || ': ' ||
         (SELECT group_concat(c.name, ' ') FROM pragma_table_xinfo(s.name) AS c)
    FROM sqlite_schema AS s
   WHERE s.type IN ('table', 'view') AND s.name NOT GLOB 'scim_commit_*'
     AND s.name NOT GLOB 'sqlite_*'
   ORDER BY 1")" \
"table scim_alert: alert tenant token kind since held detail released until
table scim_chain: tenant seq hash pruned_seq pruned_hash
table scim_claim: tenant type attribute key resource
table scim_consumer: name seq
table scim_count: tenant type live active
table scim_default: type attribute value
table scim_former: tenant type attribute key id version deleted
table scim_index: type attribute built
table scim_link: map tenant id key how since
table scim_log: seq time tenant token method target status scim_type detail \
action type id version before after member_add member_drop groups_left \
source digest hash forgotten request shape member_patch
table scim_map: name definition state since mistake
table scim_map_fold: map rule tenant key folded
table scim_map_member: map group member tenant group_key member_key
table scim_map_reference: tenant target map column id
table scim_member: group value type display source
table scim_meta: name value
table scim_name: tenant type id name deleted
table scim_outbox: job seq tenant type id event kind payload created claimed \
done tries error
table scim_resource: resource tenant type id version created modified doc \
name email
table scim_resource_type: definition name endpoint
table scim_review: review map tenant id candidates reason since
table scim_rule: rule event type filter kind once mistake
table scim_schema: definition id
table scim_shape: shape form
table scim_shape_attribute: shape path attribute
table scim_snapshot: tenant type id resource version created modified doc
table scim_snapshot_member: tenant group_id value source type display
table scim_stay: tenant group_id member joined left idp manual
table scim_tenant: name idp base_url settings created enabled removing
table scim_token: token tenant label digest scopes resource created expires \
revoked last_used kind client idp last_four previous_digest previous_until
table scim_unique: tenant type attribute key resource
table scim_value: tenant type attribute key resource
view scim_attribute: schema parent name path type multi_valued required \
mutability place position definition
view scim_cause: cause remedy
view scim_change: seq time tenant token type id event name old new
view scim_client: client_id tenant label idp scopes created expires revoked \
last_used last_four token
view scim_commit: action tenant type resource id version time doc value_add \
value_drop unique_add unique_drop member_add joins member_drop member_patch \
groups_left source maps token method target status scim_type detail before after \
data jobs inactive digest hash renamed name email request shape seq
view scim_default_mistake: definition place mistake
view scim_definition: source number name text json
view scim_definition_change: source number definition stale
view scim_definition_mistake: definition place mistake source
view scim_email: tenant user user_name value type primary
view scim_failure: seq time tenant token method target status scim_type detail
view scim_fit: kind json
view scim_group: tenant id display_name external_id members created modified \
version
view scim_history: seq time tenant token label method action type id name \
attribute old new source
view scim_index_mistake: definition place mistake
view scim_log_named: seq time tenant token method target status scim_type detail \
action type id version before after member_add member_drop groups_left source \
name shape member_patch
view scim_map_create: map tenant id how row time
view scim_map_join: tenant resource joins
view scim_map_mistake: map place mistake
view scim_map_note: map step tenant id key how data time
view scim_map_row: map step tenant id key how row time
view scim_membership: tenant group_id group_name member member_type \
member_name source
view scim_membership_effective: tenant group_id group_name member member_type \
member_name source
view scim_membership_interval: tenant group_id group_name member member_name \
joined left
view scim_misfit: tenant type id attribute reason
view scim_mistake: definition place mistake source
view scim_path: type path short long schema parent name kind multi_valued \
required mutability
view scim_report_active_without_manager: tenant user user_name display_name \
department manager
view scim_report_dangling_members: tenant group_id group_name member \
member_name source
view scim_report_department_changes: time tenant user user_name old new \
changed_by seq
view scim_report_duplicate_emails: tenant email user user_name active
view scim_report_empty_groups: tenant group_id group_name members created
view scim_report_failed_requests: tenant label method status scim_type times \
last target detail
view scim_report_group_as_of: tenant group_id group_name member member_name \
since source
view scim_report_last_sync: tenant label started ended requests created \
updated deactivated reactivated deleted failed
view scim_report_leavers: time tenant user user_name how removed_by deleted \
seq
view scim_report_reactivated: time tenant user user_name reactivated_by \
days_away seq
view scim_report_stale_accounts: tenant user user_name created modified \
never_changed
view scim_report_token_inventory: tenant token label scopes state created \
expires last_used
view scim_report_user_group_changes: time tenant user user_name change \
group_id group_name changed_by source seq
view scim_rule_mistake: rule kind place mistake
view scim_setting: name kind least most words default
view scim_setting_mistake: tenant setting mistake
view scim_shape_leaf: shape path attribute
view scim_status: tenant enabled last_run created updated deactivated deleted \
failed failures users groups tokens_expiring reviews alerts lag
view scim_sync: tenant token label started ended requests created updated \
deactivated reactivated deleted failed
view scim_tenant_setting: tenant name type value nested
view scim_text_mistake: source name place mistake
view scim_type_schema: type schema prefix required place position definition
view scim_user: tenant id user_name external_id active display_name \
given_name family_name title email department employee_number manager \
manager_name created modified version"

is "every table is STRICT" "$(sql "
  SELECT group_concat(name) FROM pragma_table_list
   WHERE name LIKE 'scim%' AND type = 'table' AND NOT strict
     AND schema = 'main'")" ""

is "no definition in the schema calls the extension" "$(sql "
  SELECT s.type, s.name FROM sqlite_schema AS s, pragma_function_list AS f
   WHERE f.name LIKE 'scim%' AND f.name <> s.name
     AND s.sql LIKE '%' || f.name || '(%'")" ""

# Where the page is about a table or view, which is a section that has its name,
# it names each column; so does the comment of its CREATE, of a table without
# readers of its own. What triggers alone write and read goes without.
columns() {
  sql "SELECT s.name || ' ' || c.name
    FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c
   WHERE s.type IN ('table', 'view') AND s.name NOT GLOB 'scim_commit*'
     AND s.name NOT GLOB 'sqlite_*'"
}
is "sql/README.md names every column where it is about its table or view" \
  "$(awk '
    function names(text, word) {
      return match(text, "(^|[^A-Za-z_])" word "([^A-Za-z_]|$)")
    }
    FILENAME == "-" {
      for (i = 1; i <= count; i++)
        if (names(section[i], $1) && names(section[i], $2)) next
      print
      next
    }
    FNR == 1 || /^##/ { count++ }
    FILENAME ~ /README/ || /^--/ || /^CREATE (TABLE|VIEW)/ {
      section[count] = section[count] $0 "\n"
    }' sql/README.md sql/tables/*.sql sql/views/*.sql - < <(columns))" ""

is "README.md names every function and table, and the columns of these" \
  "$(sql "
    SELECT DISTINCT name, '' FROM pragma_function_list WHERE name GLOB 'scim*'
    UNION SELECT m.name, c.name
      FROM pragma_module_list AS m, pragma_table_xinfo(m.name) AS c
     WHERE m.name GLOB 'scim*' AND c.hidden = 0" |
    while IFS='|' read -r name column; do
      grep "^|.*\`$name\b" README.md | grep -qw -- "$column" ||
        echo "$name $column"
    done)" ""

finish
