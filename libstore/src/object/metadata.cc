// Commits, tags and operations as canonical JSON: docs/format/objects.md.
//
// Invariants
//  1. decode(encode(x)) == x, and encode(decode(bytes)) == bytes for all bytes that decode.
//  2. The same rules hold on both sides: what encode refuses (`usage`), decode refuses (`damaged`).
#include <algorithm>

#include "base/utf8.h"
#include "object/canonical_json.h"
#include "vstore/error.h"
#include "vstore/names.h"
#include "vstore/object.h"

namespace vstore {
namespace {

// --------------------------------------------------------------------------------------- rules --
// Each returns what is wrong, or null.

const char* text_problem(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "contains a NUL byte";
  return is_utf8(text) ? nullptr : "is not UTF-8";
}

/// Names and emails are printed as "Name <email>" on one line.
const char* identity_problem(std::string_view text) {
  if (text.find_first_of("<>\n") != std::string_view::npos) return "contains '<', '>' or a line break";
  return nullptr;
}

const char* zone_problem(std::int64_t minutes) {
  return minutes > -24 * 60 && minutes < 24 * 60 ? nullptr : "is a day or more";
}

const char* tag_name_problem(std::string_view name) {
  return ref_name_problem("refs/tags/" + std::string(name)).empty() ? nullptr : "is not a valid ref name";
}

const char* target_type_problem(ObjectType type) {
  return type >= ObjectType::chunk && type <= ObjectType::tag ? nullptr : "cannot be tagged";
}

const char* nonce_problem(std::string_view nonce) {
  const bool digits = nonce.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return nonce.size() == 32 && digits ? nullptr : "is not 32 lower-case hex digits";
}

// ------------------------------------------------------------------------------------- writing --

void demand(const char* problem, const char* subject, std::string_view value) {
  if (!problem) return;
  throw Error(ErrorCode::usage, std::string(subject) + " '" + escape_for_terminal(value) + "' " + problem);
}

void put_text(std::string& out, const char* subject, std::string_view text) {
  demand(text_problem(text), subject, text);
  append_json_string(out, text);
}

void put_person(std::string& out, const Person& person, const Time& time) {
  demand(identity_problem(person.name), "the name", person.name);
  demand(identity_problem(person.email), "the email", person.email);
  demand(zone_problem(time.zone_minutes), "the time zone", std::to_string(time.zone_minutes));
  out += R"({"email":)";
  put_text(out, "the email", person.email);
  out += R"(,"name":)";
  put_text(out, "the name", person.name);
  out += R"(,"time":)";
  append_json_integer(out, time.seconds);
  out += R"(,"zone":)";
  append_json_integer(out, time.zone_minutes);
  out += '}';
}

void put_meta(std::string& out, const std::map<std::string, std::string>& meta) {
  char separator = '{';
  if (meta.empty()) out += separator;
  for (const auto& [key, value] : meta) {
    demand(key.empty() ? "is empty" : nullptr, "a metadata key", key);
    out += separator;
    separator = ',';
    put_text(out, "the metadata key", key);
    out += ':';
    put_text(out, "the metadata value", value);
  }
  out += '}';
}

void put_parents(std::string& out, const std::vector<Id>& parents) {
  out += '[';
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (i > 0) out += ',';
    append_json_id(out, parents[i]);
  }
  out += ']';
}

std::string finished(std::string out) {
  if (out.size() <= metadata_bytes_max) return out;
  throw Error(ErrorCode::usage, "the message and its metadata are larger than 16 MiB",
              "keep large data in a file of the dataset");
}

// ------------------------------------------------------------------------------------- reading --

void demand(const char* problem, const JsonReader& in) {
  if (problem) in.fail(("a value " + std::string(problem)).c_str());
}

void get_person(JsonReader& in, Person& person, Time& time) {
  in.expect(R"({"email":)");
  person.email = in.string();
  in.expect(R"(,"name":)");
  person.name = in.string();
  in.expect(R"(,"time":)");
  time.seconds = in.integer();
  in.expect(R"(,"zone":)");
  const std::int64_t zone = in.integer();
  in.expect("}");
  demand(identity_problem(person.name), in);
  demand(identity_problem(person.email), in);
  demand(zone_problem(zone), in);
  time.zone_minutes = static_cast<std::int32_t>(zone);
}

std::map<std::string, std::string> get_meta(JsonReader& in) {
  std::map<std::string, std::string> meta;
  in.expect("{");
  if (in.accept('}')) return meta;
  do {
    std::string key = in.string();
    in.expect(":");
    if (key.empty()) in.fail("a key is empty");
    if (!meta.empty() && key <= meta.rbegin()->first) in.fail("keys are not in order");
    meta.emplace_hint(meta.end(), std::move(key), in.string());
  } while (in.accept(','));
  in.expect("}");
  return meta;
}

std::vector<Id> get_parents(JsonReader& in) {
  std::vector<Id> parents;
  in.expect("[");
  if (in.accept(']')) return parents;
  do {
    parents.push_back(in.id());
  } while (in.accept(','));
  in.expect("]");
  return parents;
}

ObjectType get_target_type(JsonReader& in) {
  const std::optional<ObjectType> type = object_type_from(in.string());
  if (!type) in.fail("an object type is unknown");
  demand(target_type_problem(*type), in);
  return *type;
}

}  // namespace

// -------------------------------------------------------------------------------------- commit --

std::string encode(const Commit& commit) {
  std::string out;
  out.reserve(400 + 67 * commit.parents.size() + commit.message.size());
  out += R"({"author":)";
  put_person(out, commit.author, commit.author_time);
  out += R"(,"committer":)";
  put_person(out, commit.committer, commit.commit_time);
  out += R"(,"message":)";
  put_text(out, "the message", commit.message);
  out += R"(,"meta":)";
  put_meta(out, commit.meta);
  out += R"(,"parents":)";
  put_parents(out, commit.parents);
  out += R"(,"tree":)";
  append_json_id(out, commit.tree);
  out += '}';
  return finished(std::move(out));
}

Commit decode_commit(std::string_view json) {
  JsonReader in(json, "commit");
  Commit commit;
  in.expect(R"({"author":)");
  get_person(in, commit.author, commit.author_time);
  in.expect(R"(,"committer":)");
  get_person(in, commit.committer, commit.commit_time);
  in.expect(R"(,"message":)");
  commit.message = in.string();
  in.expect(R"(,"meta":)");
  commit.meta = get_meta(in);
  in.expect(R"(,"parents":)");
  commit.parents = get_parents(in);
  in.expect(R"(,"tree":)");
  commit.tree = in.id();
  in.expect("}");
  in.expect_end();
  return commit;
}

// ----------------------------------------------------------------------------------------- tag --

std::string encode(const Tag& tag) {
  demand(tag_name_problem(tag.name), "the tag name", tag.name);
  demand(target_type_problem(tag.target_type), "an object of type", to_string(tag.target_type));
  std::string out;
  out += R"({"message":)";
  put_text(out, "the message", tag.message);
  out += R"(,"name":)";
  put_text(out, "the tag name", tag.name);
  out += R"(,"tagger":)";
  put_person(out, tag.tagger, tag.time);
  out += R"(,"target":)";
  append_json_id(out, tag.target);
  out += R"(,"target_type":)";
  append_json_string(out, to_string(tag.target_type));
  out += '}';
  return finished(std::move(out));
}

Tag decode_tag(std::string_view json) {
  JsonReader in(json, "tag");
  Tag tag;
  in.expect(R"({"message":)");
  tag.message = in.string();
  in.expect(R"(,"name":)");
  tag.name = in.string();
  demand(tag_name_problem(tag.name), in);
  in.expect(R"(,"tagger":)");
  get_person(in, tag.tagger, tag.time);
  in.expect(R"(,"target":)");
  tag.target = in.id();
  in.expect(R"(,"target_type":)");
  tag.target_type = get_target_type(in);
  in.expect("}");
  in.expect_end();
  return tag;
}

// ----------------------------------------------------------------------------------- operation --

std::string encode(const Operation& operation) {
  demand(nonce_problem(operation.nonce), "the nonce", operation.nonce);
  std::string out;
  out += R"({"command":)";
  put_text(out, "the command", operation.command);
  if (operation.files) out += R"(,"files":true)";
  out += R"(,"nonce":)";
  append_json_string(out, operation.nonce);
  out += R"(,"parents":)";
  put_parents(out, operation.parents);
  if (operation.undoes) {
    out += R"(,"undoes":)";
    append_json_id(out, *operation.undoes);
  }
  out += R"(,"view":)";
  append_json_id(out, operation.view);
  out += R"(,"who":)";
  put_person(out, operation.who, operation.time);
  out += '}';
  return finished(std::move(out));
}

Operation decode_operation(std::string_view json) {
  JsonReader in(json, "operation");
  Operation operation;
  in.expect(R"({"command":)");
  operation.command = in.string();
  operation.files = in.accept(R"(,"files":true)");
  in.expect(R"(,"nonce":)");
  operation.nonce = in.string();
  demand(nonce_problem(operation.nonce), in);
  in.expect(R"(,"parents":)");
  operation.parents = get_parents(in);
  if (in.accept(R"(,"undoes":)")) operation.undoes = in.id();
  in.expect(R"(,"view":)");
  operation.view = in.id();
  in.expect(R"(,"who":)");
  get_person(in, operation.who, operation.time);
  in.expect("}");
  in.expect_end();
  return operation;
}

}  // namespace vstore
