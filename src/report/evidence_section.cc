// The evidence that was read, and what became of each piece.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"
#include "report/words.h"

namespace inquest::report {
namespace {

using model::Evidence;
using model::Outcome;

constexpr size_t kMostPieces = 40;      // listed without --all
constexpr size_t kMostDiagnostics = 5;  // of one piece, likewise
constexpr std::array kOutcomes = {Outcome::Clean, Outcome::Partial, Outcome::Refused, Outcome::Unrecognised};

Style style_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Clean: return Style::Plain;
    case Outcome::Refused: return Style::Bad;
    case Outcome::Partial:
    case Outcome::Unrecognised: return Style::Warning;
  }
  return Style::Plain;
}

// "10 clean, 2 partial".
std::string outcomes(const std::vector<const Evidence*>& pieces) {
  std::string out;
  for (const Outcome outcome : kOutcomes) {
    const auto count = std::ranges::count_if(pieces, [&](const Evidence* piece) { return piece->status == outcome; });
    if (count == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", grouped(static_cast<uint64_t>(count)), to_string(outcome));
  }
  return out;
}

std::string diagnostic_text(const model::Diagnostic& diagnostic) {
  std::string where;
  if (diagnostic.line != 0) {
    where = fmt::format("line {}: ", diagnostic.line);
  } else if (diagnostic.offset != 0) {
    where = fmt::format("byte {}: ", diagnostic.offset);
  }
  std::string often;
  if (diagnostic.count > 1) often = fmt::format(" (first of {} times)", grouped(diagnostic.count));
  return where + diagnostic.message + often;
}

// The folder that all of them lie in, with its slash, where naming it once saves reading it on every row.
std::string shared_folder(const std::vector<const Evidence*>& pieces) {
  constexpr size_t kWorthwhile = 12;
  if (pieces.size() < 2) return {};
  std::string_view shared = pieces.front()->path;
  for (const Evidence* piece : pieces) {
    const auto end = std::ranges::mismatch(shared, piece->path).in1;
    shared = shared.substr(0, static_cast<size_t>(end - shared.begin()));
  }
  shared = shared.substr(0, shared.rfind('/') + 1);
  return shared.size() < kWorthwhile ? std::string() : std::string(shared);
}

// `from` is where the part of the path begins that the table shows.
Row row_of(const Evidence& piece, size_t from, bool all) {
  Row row;
  row.cells.emplace_back(to_string(piece.status), style_of(piece.status));
  row.cells.emplace_back(piece.kind);
  row.cells.emplace_back(size_text(piece.bytes));
  row.cells.emplace_back(std::string_view(piece.path).substr(from));
  const size_t shown = all ? piece.diagnostics.size() : std::min(piece.diagnostics.size(), kMostDiagnostics);
  for (size_t i = 0; i < shown; ++i) row.notes.emplace_back(diagnostic_text(piece.diagnostics[i]), Style::Faint);
  if (shown < piece.diagnostics.size()) {
    row.notes.emplace_back(fmt::format("and {} more; --all lists them", piece.diagnostics.size() - shown),
                           Style::Faint);
  }
  return row;
}

}  // namespace

Text evidence_total(const model::Case& the_case) {
  if (the_case.evidence.empty()) return Text("no evidence.");
  std::vector<const Evidence*> pieces;
  uint64_t bytes = 0;
  for (const Evidence& piece : the_case.evidence) {
    pieces.push_back(&piece);
    bytes += piece.bytes;
  }
  uint64_t samples = 0;
  for (const model::Series& series : the_case.series) samples += series.samples.size();
  std::string records = counted(the_case.events.size(), "event");
  if (samples > 0) records += " and " + counted(samples, "sample");
  return Text(fmt::format("{} of evidence, {}: {}; {}.", counted(pieces.size(), "piece"), size_text(bytes),
                          outcomes(pieces), records));
}

void add_evidence(Draft& draft, const model::Case& the_case) {
  if (the_case.evidence.empty()) return;
  add_heading(draft, 2, "Evidence read");
  const bool pick = !draft.options.all && the_case.evidence.size() > kMostPieces;
  Table table;
  table.columns = {
      {.title = "Status"}, {.title = "Kind"}, {.title = "Size", .right = true}, {.title = "Path", .flexible = true}};
  table.notes_title = "Diagnostics";
  std::vector<const Evidence*> shown;
  std::vector<const Evidence*> left_out;
  for (model::EvidenceId id = 0; id < the_case.evidence.size(); ++id) {
    const Evidence& piece = the_case.evidence[id];
    const bool telling = draft.citations.cited(id) || piece.status != Outcome::Clean;
    if (pick && (!telling || shown.size() >= kMostPieces)) {
      left_out.push_back(&piece);
    } else {
      shown.push_back(&piece);
    }
  }
  const std::string folder = shared_folder(shown);
  if (!folder.empty()) table.rows.push_back({{Text(folder, Style::Strong)}, {}});
  for (const Evidence* piece : shown) table.rows.push_back(row_of(*piece, folder.size(), draft.options.all));
  if (!table.rows.empty()) draft.document.emplace_back(std::move(table));
  if (!left_out.empty()) {
    add_paragraph(draft, Text(fmt::format("And {} more: {}. --all lists them.", counted(left_out.size(), "piece"),
                                          outcomes(left_out))));
  }
  add_paragraph(draft, Text("In all: ").add(evidence_total(the_case)));
}

}  // namespace inquest::report
