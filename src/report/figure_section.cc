// Drawings of one death: what was seen around it, and how the figures stood.
#include <fmt/format.h>

#include "report/plot.h"
#include "report/sections.h"

namespace inquest::report {
namespace {

constexpr size_t kMostFigures = 12;

}  // namespace

void add_figures(Draft& draft, const model::Case& the_case, const model::Incident& incident) {
  if (!draft.options.figures) return;
  std::vector<Figure> figures;
  if (std::string svg = draw_timeline(incident); !svg.empty())
    figures.push_back({std::move(svg), Text("What was seen around the death (UTC); the red band is its window.")});
  // What was unusual first.
  for (const bool unusual : {true, false}) {
    for (const model::Baseline& baseline : incident.baselines) {
      if ((baseline.verdict == model::Normality::Anomalous) != unusual || figures.size() >= kMostFigures) continue;
      std::string svg = draw_figures(the_case, incident, baseline);
      if (svg.empty()) continue;
      figures.push_back({std::move(svg), Text(fmt::format("{}{}: {}", baseline.series,
                                                          baseline.rate ? ", per second" : "", baseline.text))});
    }
  }
  if (figures.empty()) return;
  add_heading(draft, 2, "Around the death");
  for (Figure& figure : figures) draft.document.emplace_back(std::move(figure));
}

}  // namespace inquest::report
