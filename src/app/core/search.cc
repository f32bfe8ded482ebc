// search: where a value or a text is in memory.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/progress.h"
#include "base/text.h"
#include "vmcore/expression.h"
#include "vmcore/memory_search.h"
#include "vmcore/waiting.h"

namespace inquest::app {
namespace {

using vmcore::SearchHit;
using vmcore::SearchResult;
using vmcore::SearchWish;
using vmcore::VirtAddr;

struct Wish {
  SearchWish search;
  bool physical = false;
  std::optional<VirtAddr> start, end;
  std::vector<std::string> names;  // of what is looked for
};

Result<uint64_t> number(vmcore::Kernel& kernel, const std::string& word) {
  if (const auto plain = core_number(word)) return *plain;
  const auto address = core_address(kernel, word);
  if (address) return address->value;
  const auto value = vmcore::evaluate(kernel, word);
  if (!value) return fail(ErrorCode::Failed, fmt::format("search: {}: {}", word, value.error().text()));
  if (value->values.size() != 1) return fail(ErrorCode::Failed, fmt::format("search: {} is no single value", word));
  return vmcore::number_of(kernel, value->values[0]);
}

Result<Wish> parse(vmcore::Kernel& kernel, std::span<const std::string> words) {
  Wish out;
  std::vector<std::string> names_of_texts;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto next = [&]() -> Result<uint64_t> {
      if (i + 1 >= words.size()) return fail(ErrorCode::Failed, fmt::format("search: {} takes a value", word));
      return number(kernel, words[++i]);
    };
    if (word == "-k") {
      out.physical = false;
    } else if (word == "-p") {
      out.physical = true;
    } else if (word == "-w" || word == "-h") {
      out.search.width = word == "-w" ? 4 : 2;
    } else if (word == "-m" || word == "-s" || word == "-e" || word == "-l" || word == "-n") {
      const auto value = next();
      if (!value) return fail(value.error());
      if (word == "-m") out.search.mask = ~*value;  // as in crash: the bits that do not count
      if (word == "-n") out.search.most = std::clamp<uint64_t>(*value, 1, 1'000'000);
      if (word == "-s") out.start = VirtAddr{*value};
      if (word == "-e") out.end = VirtAddr{*value};
      if (word == "-l") out.end = out.start.value_or(VirtAddr{}) + *value;
    } else if (word == "-c") {
      // All that follows is one text: the prompt splits at blanks, and a text may have some.
      std::string text;
      for (++i; i < words.size(); ++i) text += (text.empty() ? "" : " ") + words[i];
      if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
      if (text.empty()) return fail(ErrorCode::Failed, "search: -c takes a text");
      out.search.texts.push_back(text);
      names_of_texts.push_back("\"" + text + "\"");
    } else if (word.size() > 1 && word[0] == '-') {
      return fail(ErrorCode::Failed,
                  fmt::format("search takes -k, -p, -w, -h, -m, -s, -e, -l, -n and -c, not {}", word));
    } else {
      const auto value = number(kernel, word);
      if (!value) return fail(value.error());
      out.search.numbers.push_back(*value);
      out.names.push_back(word);
    }
  }
  out.names.insert(out.names.end(), names_of_texts.begin(), names_of_texts.end());
  if (out.names.empty()) return fail(ErrorCode::Failed, "search takes values, symbols, (EXPRESSION), or -c TEXT");
  if (out.start.has_value() != out.end.has_value() || (out.start && *out.end <= *out.start)) {
    return fail(ErrorCode::Failed, "search: a range has a start (-s) and an end behind it (-e, or -l LENGTH)");
  }
  if (out.start && out.physical) return fail(ErrorCode::Failed, "search: a range is one of the kernel's addresses");
  return out;
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto wish = parse(session.kernel, words);
  if (!wish) return fail(wish.error());
  vmcore::Kernel& kernel = session.kernel;
  SearchResult found;
  {
    Progress progress;
    const auto report = [&](uint64_t bytes) { progress.read(bytes, "memory"); };
    found = wish->start ? vmcore::search_range(kernel, *wish->start, *wish->end, wish->search, report)
                        : vmcore::search_physical(kernel, wish->search, report);
  }
  CoreAnswer out;
  size_t unknown = 0;
  for (SearchHit& hit : found.hits) {
    if (wish->start || wish->physical) break;
    if (const auto seen = vmcore::kernel_address_of(kernel, {hit.address})) {
      hit.address = seen->value;
    } else {
      ++unknown;
    }
  }
  if (unknown > 0) {
    out.problems.push_back(
        fmt::format("where the kernel sees {} of these is not known: they are physical addresses", unknown));
  }
  if (found.ended_early) {
    out.problems.push_back(found.hits.size() >= wish->search.most
                               ? fmt::format("ended after {}; -n MOST asks for more", counted(found.hits.size(), "hit"))
                               : fmt::format("ended after {} pages of the range", SearchResult::kMostPages));
  }
  if (found.missing > 0) {
    out.problems.push_back(
        fmt::format("{} of the range not in the dump", counted(found.missing, "page is", "pages are")));
  }
  if (session.json) {
    const auto make = [&](const SearchHit& hit) {
      JsonObject json;
      json.add("address", VirtAddr{hit.address}).add("wanted", wish->names[hit.wish]);
      return json.add("symbol", vmcore::data_symbol(kernel, {hit.address})).text();
    };
    out.text = JsonObject().raw("hits", json_array(found.hits, make)).add("pages", found.pages).text() + "\n";
    return out;
  }
  for (const SearchHit& hit : found.hits) {
    const std::string symbol = wish->physical ? "" : vmcore::data_symbol(kernel, {hit.address});
    const bool is_number = hit.wish < wish->search.numbers.size();
    out.text += fmt::format(
        "{:x}: {}{}\n", hit.address,
        is_number ? fmt::format("{:0{}x}", hit.value, wish->search.width * 2) : printable(wish->names[hit.wish]),
        symbol.empty() ? "" : "  <" + printable(symbol) + ">");
  }
  if (found.hits.empty()) out.text = fmt::format("not found in {}\n", counted(found.pages, "page"));
  return out;
}

}  // namespace

extern const CoreCommand search_core_command;
const CoreCommand search_core_command = {
    .name = "search",
    .other_names = "",
    .synopsis = "search [-p] [-w|-h] [-m MASK] [-s START -e END] VALUE|SYMBOL... | -c TEXT",
    .summary = "where a value or a text is: in all memory of the dump (-p: by physical address), or in a range",
    .run = run};

}  // namespace inquest::app
