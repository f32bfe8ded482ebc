// A host's boots, the records that are missing, and who was watching.
#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"
#include "report/words.h"

namespace inquest::report {
namespace {

constexpr size_t kMostBoots = 10;     // the latest ones, without --all
constexpr size_t kMostCoverage = 12;  // those that reach furthest, likewise

struct EndWords {
  std::string_view words;
  Style style;
};

EndWords words_of(model::BootEnd end) {
  switch (end) {
    case model::BootEnd::Unknown: return {"not known", Style::Plain};
    case model::BootEnd::Running: return {"still up", Style::Good};
    case model::BootEnd::Orderly: return {"orderly", Style::Good};
    case model::BootEnd::Panicked: return {"panic", Style::Bad};
    case model::BootEnd::Cut: return {"breaks off", Style::Bad};
  }
  return {"not known", Style::Plain};
}

Row row_of(Draft& draft, const model::Boot& boot, size_t number) {
  const auto [words, style] = words_of(boot.end);
  Row row;
  row.cells = {Text(std::to_string(number)), Text(brief_window(boot.start)).add(draft.citations.refer(boot.cites)),
               Text(brief_window(boot.last)), Text(words, style).add(draft.citations.refer(boot.end_cites))};
  Text about;
  const auto tell = [&](std::string_view what, std::string_view value) {
    if (!value.empty()) about.add(about.empty() ? "" : "; ").add(what).add(value);
  };
  tell("kernel ", boot.kernel);
  tell("", boot.end_text);
  if (draft.options.all) {
    tell("boot id ", boot.id);
    tell("command line: ", boot.command_line);
  }
  if (!about.empty()) row.notes.push_back(std::move(about));
  return row;
}

// What is shown of many: the ones that reach furthest. By host, each host's in their order.
std::vector<const model::Coverage*> pick(std::span<const model::Coverage> coverage, bool all) {
  std::vector<const model::Coverage*> picked;
  // What would have shown nothing was no watch: a photograph of a screen.
  for (const model::Coverage& one : coverage) {
    if (one.watch != model::Watch::Nothing) picked.push_back(&one);
  }
  if (!all && picked.size() > kMostCoverage) {
    const auto last = [](const model::Coverage* one) { return one->span.before ? one->span.before->ns : 0; };
    std::ranges::stable_sort(picked, std::greater{}, last);
    picked.resize(kMostCoverage);
  }
  std::ranges::sort(picked, {}, [](const model::Coverage* one) { return std::pair(one->host, one); });
  return picked;
}

}  // namespace

void add_boots(Draft& draft, const model::Host& host) {
  if (host.boots.empty()) return;
  add_heading(draft, 2, host.name.empty() ? "Boots" : fmt::format("Boots of {}", host.name));
  Table table;
  table.columns = {{.title = "", .right = true},
                   {.title = "Kernel started", .flexible = true},
                   {.title = "Last sign of life", .flexible = true},
                   {.title = "End"}};
  table.notes_title = "About";
  const size_t first = draft.options.all || host.boots.size() <= kMostBoots ? 0 : host.boots.size() - kMostBoots;
  for (size_t i = first; i < host.boots.size(); ++i) table.rows.push_back(row_of(draft, host.boots[i], i + 1));
  draft.document.emplace_back(std::move(table));
  if (first > 0) {
    add_paragraph(draft, Text(fmt::format("And {} before; --all lists them.", counted(first, "boot")), Style::Faint));
  }
}

void add_gaps(Draft& draft, std::span<const model::Gap> gaps) {
  if (gaps.empty()) return;
  add_heading(draft, 2, "Missing records");
  List list;
  for (const model::Gap& gap : gaps) {
    Item item;
    item.paragraphs.push_back(Text(gap.source, Style::Strong).add(": ").add(brief_window(gap.span)));
    item.paragraphs.push_back(draft.citations.state(gap.text, gap.cites));
    list.items.push_back(std::move(item));
  }
  draft.document.emplace_back(std::move(list));
}

void add_coverage(Draft& draft, const model::Case& the_case, std::span<const model::Coverage> coverage) {
  const auto picked = pick(coverage, draft.options.all);
  if (picked.empty()) return;
  add_heading(draft, 2, "Who was watching");
  List list;
  for (const model::Coverage* one : picked) {
    const std::string_view host = the_case.str(one->host);
    Text source;
    if (!host.empty()) source.add(host, Style::Strong).add(": ");
    source.add(one->source);
    const std::string span = one->span.unknown() ? "at times that are not known" : brief_window(one->span);
    const std::string what = fmt::format("{}: {}", span, model::describe(one->watch));
    list.items.push_back({{}, {std::move(source), draft.citations.state(what, one->cites)}, {}});
  }
  draft.document.emplace_back(std::move(list));
  const auto silent = static_cast<size_t>(std::ranges::count(coverage, model::Watch::Nothing, &model::Coverage::watch));
  if (picked.size() + silent < coverage.size()) {
    const std::string more = counted(coverage.size() - silent - picked.size(), "run");
    add_paragraph(draft, Text(fmt::format("And {} of records more; --all lists them.", more), Style::Faint));
  }
}

}  // namespace inquest::report
