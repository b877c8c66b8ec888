#include "cli/json.h"

#include <ctime>

#include "cli/output.h"

namespace vstore::cli {
namespace {

std::string base64(std::string_view bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

/// Bytes of the well-formed sequence at the front (Unicode table 3-7), 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool overlong = lead == 0xe0 && at(1) < 0xa0;
    const bool surrogate = lead == 0xed && at(1) > 0x9f;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool out_of_range = (lead == 0xf0 && at(1) < 0x90) || (lead == 0xf4 && at(1) > 0x8f);
    return tail(1) && tail(2) && tail(3) && !out_of_range ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

void set_text(Json& object, const char* key, std::string_view bytes) {
  object[key] = std::string(bytes);  // json_text() replaces what is not UTF-8
  if (!is_utf8(bytes)) object[std::string(key) + "_base64"] = base64(bytes);
}

Json to_json(const Id& id) { return id.hex(); }

Json to_json(const Person& person) {
  Json object;
  set_text(object, "name", person.name);
  set_text(object, "email", person.email);
  return object;
}

std::string iso_time(const Time& time) {
  const std::time_t local = time.seconds + time.zone_minutes * 60;
  std::tm parts{};
  ::gmtime_r(&local, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const int zone = std::abs(time.zone_minutes);
  char suffix[16];
  std::snprintf(suffix, sizeof suffix, "%c%02d:%02d", time.zone_minutes < 0 ? '-' : '+', zone / 60 % 100, zone % 60);
  return std::string(text, length) + suffix;
}

std::string json_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

void print_json(Output& out, const Json& value) { out.print(json_text(value), "\n"); }

}  // namespace vstore::cli
