// What the facts of each host show: how it is set up, and what to change.
#include "report/sections.h"

namespace inquest::report {

void add_findings(Draft& draft, std::span<const model::Finding> findings) {
  if (findings.empty()) return;
  add_heading(draft, 2, "Findings");
  List list;
  for (const model::Finding& finding : findings) {
    Item item;
    Text what;
    if (!finding.host.empty()) what.add(finding.host, Style::Strong).add(": ");
    item.paragraphs.push_back(what.add(draft.citations.state(finding.text, finding.cites)));
    if (!finding.why.empty()) item.paragraphs.emplace_back(finding.why, Style::Faint);
    if (!finding.action.text.empty()) item.paragraphs.push_back(Text("To do: ", Style::Faint).add(finding.action.text));
    item.command = finding.action.command;
    list.items.push_back(std::move(item));
  }
  draft.document.emplace_back(std::move(list));
}

}  // namespace inquest::report
