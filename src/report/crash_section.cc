// What the kernel itself reported.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"
#include "report/words.h"

namespace inquest::report {
namespace {

constexpr size_t kMostReports = 8;  // without --all
constexpr size_t kMostFrames = 12;

std::string trace(const model::Crash& crash, bool all) {
  std::string out;
  size_t shown = 0;
  for (const model::CrashFrame& frame : crash.frames) {
    if (!frame.reliable) continue;
    if (!all && ++shown > kMostFrames) return out + " < ...";
    if (!out.empty()) out += " < ";
    out += frame.function;
    if (!frame.module.empty()) out += fmt::format(" [{}]", frame.module);
  }
  return out;
}

std::string circumstances(const model::Crash& crash) {
  std::string out = crash.type.empty() ? std::string(to_string(crash.severity))
                                       : fmt::format("{}, {}", crash.type, to_string(crash.severity));
  if (crash.repeats > 0) out += fmt::format(", and {} more like it", grouped(crash.repeats));
  if (crash.previous_boot) out += "; said of the boot before";
  if (!crash.comm.empty())
    out += fmt::format("; in {}{}", crash.comm, crash.pid ? fmt::format(" ({})", *crash.pid) : "");
  if (crash.cpu) out += fmt::format(" on CPU {}", *crash.cpu);
  if (!crash.corrupted.empty()) out += fmt::format("; may mislead: {}", crash.corrupted);
  return out;
}

}  // namespace

void add_crashes(Draft& draft, std::span<const model::CrashReport> crashes) {
  if (crashes.empty()) return;
  add_heading(draft, 2, "What the kernel reported");
  const size_t most = draft.options.all ? crashes.size() : std::min(crashes.size(), kMostReports);
  List list;
  for (const model::CrashReport& report : crashes.first(most)) {
    const model::Crash& crash = report.crash;
    Item item;
    Text title(crash.title, Style::Strong);
    if (report.time) title.add(fmt::format(", {}", format_utc(report.time->last())));
    item.paragraphs.push_back(title.add(" ").add(draft.citations.refer(report.cites)));
    item.paragraphs.emplace_back(circumstances(crash), Style::Faint);
    if (!crash.culprit_function.empty() || !crash.culprit_module.empty()) {
      const std::string module = crash.culprit_module.empty() ? "" : fmt::format(" [{}]", crash.culprit_module);
      const std::string why = crash.culprit_reason.empty() ? "" : fmt::format(": {}", crash.culprit_reason);
      item.paragraphs.emplace_back(fmt::format("to blame: {}{}{}", crash.culprit_function, module, why));
    }
    if (const std::string calls = trace(crash, draft.options.all); !calls.empty()) {
      item.paragraphs.emplace_back("calls, the most recent first: " + calls);
    }
    list.items.push_back(std::move(item));
  }
  draft.document.emplace_back(std::move(list));
  if (most < crashes.size()) {
    add_paragraph(draft, Text(fmt::format("These are {} of {} reports; --all shows every one.", most, crashes.size()),
                              Style::Faint));
  }
}

}  // namespace inquest::report
