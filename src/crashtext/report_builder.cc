#include "crashtext/report_builder.h"

#include <vector>

#include "base/text.h"
#include "crashtext/signature.h"
#include "crashtext/title.h"

namespace inquest::crashtext {

std::optional<Report> build_report(const Excerpt& excerpt) {
  const Title title = find_title(excerpt.family(), excerpt.own_text());
  if (title.title.empty()) return std::nullopt;

  Report report;
  report.title = title.title;
  report.alt_titles = title.alt_titles;
  std::string corrupted = title.corrupted;
  if (corrupted.empty()) corrupted = find_corruption(title, excerpt.text());
  if (corrupted.empty() && excerpt.disconnected()) corrupted = "the console lost its other end";
  if (!corrupted.empty()) report.corrupted = std::move(corrupted);
  if (title.pattern != nullptr) {
    const Pattern& pattern = *title.pattern->pattern;
    report.pattern = pattern.id;
    report.type = pattern.type;
    report.previous_boot = pattern.previous_boot;
  }
  if (report.type.empty()) report.type = type_of_title(report.title);
  report.panicked = excerpt.panicked();
  report.range = excerpt.range();
  report.context = excerpt.caller();
  report.monotonic = excerpt.monotonic();
  report.text = excerpt.restored_text();
  report.stamped = excerpt.stamped();

  const std::vector<std::string_view> all = lines(report.text);
  report.anatomy = dissect(all);
  report.signature = excerpt.event() ? title_signature(report.type, report.title)
                                     : make_signature(report.type, report.anatomy.frames(), report.anatomy.position);
  return report;
}

}  // namespace inquest::crashtext
