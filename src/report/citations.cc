#include "report/citations.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::report {
namespace {

constexpr size_t kMostReferences = 12;  // of one statement; nobody looks up the thirteenth
constexpr size_t kQuoteColumns = 240;
constexpr size_t kQuoteBytes = 4 * kQuoteColumns;

// "1,4-6" of rising numbers.
std::string ranges(const std::vector<size_t>& numbers) {
  std::string out;
  for (size_t i = 0; i < numbers.size();) {
    size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    if (!out.empty()) out += ',';
    out += std::to_string(numbers[i]);
    if (end - i == 2) out += fmt::format(",{}", numbers[i + 1]);
    if (end - i > 2) out += fmt::format("-{}", numbers[end - 1]);
    i = end;
  }
  return out;
}

}  // namespace

Text Citations::refer(std::span<const model::Citation> cites) {
  if (cites.empty()) return {};
  std::vector<size_t> numbers;
  for (const model::Citation& cite : cites.first(std::min(cites.size(), kMostReferences))) {
    const Key key{cite.evidence, cite.line, cite.offset, cite.length};
    const auto [at, added] = numbers_.try_emplace(key, numbers_.size() + 1);
    if (added) order_.push_back(cite);
    numbers.push_back(at->second);
  }
  std::ranges::sort(numbers);
  const auto repeated = std::ranges::unique(numbers);
  numbers.erase(repeated.begin(), repeated.end());
  std::string more;
  if (cites.size() > kMostReferences) more = fmt::format(" and {} more", grouped(cites.size() - kMostReferences));
  return Text(fmt::format(" [{}{}]", ranges(numbers), more), Style::Cite);
}

Text Citations::state(std::string_view text, std::span<const model::Citation> cites) {
  return Text(text).add(refer(cites));
}

bool Citations::cited(model::EvidenceId evidence) const {
  const auto at = numbers_.lower_bound(Key{evidence, 0, 0, 0});
  return at != numbers_.end() && std::get<0>(at->first) == evidence;
}

std::string Citations::quote(model::Citation cite) const {
  if (cite.length > 0) return case_.quote(cite, kQuoteBytes);
  cite.length = kQuoteBytes;
  const std::string bytes = case_.quote(cite);
  return bytes.substr(0, bytes.find_first_of("\r\n"));
}

List Citations::list() const {
  List list{List::Kind::Labelled, {}};
  for (size_t i = 0; i < order_.size(); ++i) {
    const model::Citation& cite = order_[i];
    Item item;
    item.label = Text(fmt::format("[{}]", i + 1), Style::Cite);
    item.paragraphs.emplace_back(case_.cite_text(cite), Style::Strong);
    if (cite.length > 0 || cite.line > 0) {
      const std::string words(trim(printable(quote(cite))));
      if (words.empty()) {
        item.paragraphs.emplace_back("(its bytes are gone or have changed)", Style::Faint);
      } else {
        item.paragraphs.emplace_back(ellipsis(words, kQuoteColumns), Style::Code);
      }
    }
    list.items.push_back(std::move(item));
  }
  return list;
}

}  // namespace inquest::report
