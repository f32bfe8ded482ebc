#include "report/compose.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"
#include "report/words.h"

namespace inquest::report {
namespace {

void open_without_incident(Draft& draft, const model::Case& the_case, const model::Inquiry& inquiry) {
  if (!anything_read(the_case)) {
    add_heading(draft, 1, "Nothing could be read");
    add_paragraph(draft,
                  Text("Nothing can be said about any death, because none of the evidence could be read; the list "
                       "below gives the reason for each piece. \"inquest formats\" lists what can be read."));
    return;
  }
  add_heading(draft, 1, "No death found");
  add_paragraph(draft, Text("Nothing in the evidence shows that a host died. That is not proof that none did."));
  add_paragraph(draft, Text("Read: ").add(evidence_total(the_case)));
  add_statements(draft, "Why no death is claimed", inquiry.notes);
}

void open_with_several(Draft& draft, const model::Inquiry& inquiry) {
  add_heading(draft, 1, counted(inquiry.incidents.size(), "incident"));
  List list{List::Kind::Numbered, {}};
  for (const model::Incident& incident : inquiry.incidents) {
    Item item;
    item.paragraphs.emplace_back(incident.title, Style::Strong);
    item.paragraphs.emplace_back("died " + window_text(incident.death));
    list.items.push_back(std::move(item));
  }
  draft.document.emplace_back(std::move(list));
}

}  // namespace

void add_heading(Draft& draft, int level, std::string_view text) {
  draft.document.emplace_back(Heading{level, printable(text)});
}

void add_paragraph(Draft& draft, Text text) { draft.document.emplace_back(Paragraph{std::move(text)}); }

void add_statements(Draft& draft, std::string_view heading, std::span<const model::Statement> statements) {
  if (statements.empty()) return;
  add_heading(draft, 2, heading);
  List list;
  for (const model::Statement& statement : statements) {
    list.items.push_back({{}, {draft.citations.state(statement)}, {}});
  }
  draft.document.emplace_back(std::move(list));
}

std::string title_of(const model::Inquiry& inquiry) {
  if (inquiry.incidents.empty()) return "No death found";
  if (inquiry.incidents.size() > 1) return counted(inquiry.incidents.size(), "incident");
  return inquiry.incidents.front().title;
}

bool anything_read(const model::Case& the_case) {
  return std::ranges::any_of(the_case.evidence, [](const model::Evidence& piece) {
    const bool decoded = piece.status == model::Outcome::Clean || piece.status == model::Outcome::Partial;
    const bool container = piece.sha256.empty() && !piece.source;  // says nothing itself
    return decoded && !container;
  });
}

Document compose(const model::Case& the_case, const model::Inquiry& inquiry, const ComposeOptions& options) {
  Draft draft{{}, Citations(the_case), options};
  if (inquiry.incidents.empty()) open_without_incident(draft, the_case, inquiry);
  if (inquiry.incidents.size() > 1) open_with_several(draft, inquiry);

  std::set<std::string> hosts_told;
  for (const model::Incident& incident : inquiry.incidents) {
    const auto host = std::ranges::find(inquiry.hosts, incident.host, &model::Host::name);
    const bool first = host != inquiry.hosts.end() && hosts_told.insert(host->name).second;
    add_incident(draft, the_case, incident, first ? &*host : nullptr);
  }
  if (inquiry.incidents.size() > 1) add_heading(draft, 1, "Beside the incidents");
  for (const model::Host& host : inquiry.hosts) {
    if (!hosts_told.contains(host.name)) add_boots(draft, host);
  }
  add_findings(draft, inquiry.findings);
  add_coverage(draft, the_case, inquiry.coverage);
  if (!inquiry.incidents.empty()) add_statements(draft, "Worth knowing", inquiry.notes);
  add_statements(draft, "What was assumed", inquiry.assumptions);
  add_evidence(draft, the_case);
  if (!draft.citations.empty()) {
    add_heading(draft, 2, "Citations");
    draft.document.emplace_back(draft.citations.list());
  }
  return std::move(draft.document);
}

}  // namespace inquest::report
