#include "app/crash_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "crashtext/pattern.h"

namespace inquest::app {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(printable(text)); }
Json number_or_null(const auto& value) { return value ? Json(*value) : Json(); }
// Addresses have more digits than a number of JSON keeps.
Json hex_or_null(const std::optional<uint64_t>& value) { return value ? Json(fmt::format("0x{:x}", *value)) : Json(); }

Json frame(const crashtext::Frame& from) {
  return {{"function", printable(from.function)},
          {"offset", number_or_null(from.offset)},
          {"size", number_or_null(from.size)},
          {"module", text_or_null(from.module)},
          {"address", hex_or_null(from.address)},
          {"reliable", from.reliable},
          {"context", crashtext::to_string(from.context)},
          {"inline", from.inlined},
          {"file", text_or_null(from.file)},
          {"line", from.line == 0 ? Json() : Json(from.line)}};
}

Json module(const crashtext::Module& from) {
  Json out = {{"name", printable(from.name)}, {"taint", printable(from.taint)}};
  if (from.loading) out["loading"] = true;
  if (from.unloading) out["unloading"] = true;
  return out;
}

}  // namespace

std::string crash_json(const crashtext::Report& report, std::string_view path, size_t before,
                       const ForeignSignatures& foreign) {
  const crashtext::Anatomy& anatomy = report.anatomy;
  const crashtext::Identity& who = anatomy.identity;
  Json out;
  out["file"] = printable(path);
  out["root"] = report.root;
  out["consequence_of"] = report.consequence_of ? Json(*report.consequence_of + before) : Json();
  out["title"] = report.title;
  out["alt_titles"] = report.alt_titles;
  out["type"] = text_or_null(report.type);
  out["severity"] =
      crashtext::to_string(report.panicked ? crashtext::Severity::Fatal : crashtext::severity_of_type(report.type));
  out["pattern"] = text_or_null(report.pattern);
  out["corrupted"] = report.corrupted ? Json{{"reason", *report.corrupted}} : Json();
  out["panicked"] = report.panicked;
  out["previous_boot"] = report.previous_boot;
  out["repeats"] = report.repeats;
  out["start"] = report.range.start;
  out["end"] = report.range.end;
  out["first_line"] = report.range.first_line;
  out["last_line"] = report.range.last_line;
  out["monotonic"] = number_or_null(report.monotonic);
  out["caller"] = text_or_null(report.context);
  out["kernel"] = text_or_null(who.kernel);
  out["cpu"] = number_or_null(who.cpu);
  out["pid"] = number_or_null(who.pid);
  out["comm"] = text_or_null(who.comm);
  out["hardware"] = text_or_null(who.hardware);
  out["bios"] = text_or_null(who.bios);
  out["workqueue"] = text_or_null(who.workqueue);
  out["tainted"] = who.taint ? Json(who.taint->letters()) : Json();
  out["modules"] = Json::array();
  for (const crashtext::Module& each : anatomy.modules.modules()) out["modules"].push_back(module(each));
  out["rip"] = anatomy.position ? text_or_null(crashtext::to_string(*anatomy.position)) : Json();
  out["registers"] = Json::object();
  for (const auto& each : anatomy.registers.all())
    out["registers"][printable(each.name)] = fmt::format("0x{:x}", each.value);
  out["code"] = text_or_null(anatomy.code);
  out["fault_address"] = hex_or_null(anatomy.fault_address);
  out["frames"] = Json::array();
  for (const crashtext::Frame& each : anatomy.frames()) out["frames"].push_back(frame(each));
  out["culprit"] = {{"function", text_or_null(anatomy.culprit.function)},
                    {"module", text_or_null(anatomy.culprit.module)},
                    {"reason", text_or_null(anatomy.culprit.reason)}};
  out["signature"] = printable(report.signature);
  if (foreign.any()) {
    out["signatures"] = Json::object();
    for (const auto& [name, text] : foreign.of(report)) out["signatures"][name] = text_or_null(text);
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace inquest::app
