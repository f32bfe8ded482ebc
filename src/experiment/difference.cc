#include "experiment/difference.h"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::experiment {
namespace {

constexpr size_t kMostUnits = 100'000;
constexpr uint64_t kMostTable = 4'000'000;  // cells of the table of common subsequences: 16 MB

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// As the kernel parts its command line: blanks inside of double quotes part nothing.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == ' ' || c == '\t')) {
      if (!word.empty()) out.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : lines(text)) {
    if (!trim(line).empty()) out.emplace_back(trim_end(line));
  }
  return out;
}

// What the setting is called, whatever its value: "iommu" of "iommu=pt", "net0" of "net0: virtio=...", "CONFIG_SMP" of
// "# CONFIG_SMP is not set".
std::string_view key_of(std::string_view unit) {
  unit = trim(unit);
  if (unit.starts_with("# CONFIG_")) unit = unit.substr(2);
  return unit.substr(0, std::min(unit.find_first_of("=: \t"), unit.size()));
}

using Pairs = std::vector<std::pair<size_t, size_t>>;

// Longest common subsequence by the table of lengths.
void table_pairs(const std::vector<std::string>& a, const std::vector<std::string>& b, size_t a0, size_t a1, size_t b0,
                 size_t b1, Pairs& out) {
  const size_t width = b1 - b0 + 1;
  std::vector<uint32_t> length((a1 - a0 + 1) * width);
  for (size_t i = a1; i-- > a0;) {
    for (size_t j = b1; j-- > b0;) {
      const size_t at = (i - a0) * width + (j - b0);
      length[at] = a[i] == b[j] ? length[at + width + 1] + 1 : std::max(length[at + width], length[at + 1]);
    }
  }
  for (size_t i = a0, j = b0; i < a1 && j < b1;) {
    const size_t at = (i - a0) * width + (j - b0);
    if (a[i] == b[j]) {
      out.emplace_back(i++, j++);
    } else if (length[at + width] >= length[at + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
}

// For texts that are too long for that: what stands once in either, in the longest order that both share.
void patience_pairs(const std::vector<std::string>& a, const std::vector<std::string>& b, size_t a0, size_t a1,
                    size_t b0, size_t b1, Pairs& out) {
  struct Seen {
    size_t in_a = 0, in_b = 0, at_b = 0;
  };
  std::unordered_map<std::string_view, Seen> seen;
  for (size_t i = a0; i < a1; ++i) ++seen[a[i]].in_a;
  for (size_t j = b0; j < b1; ++j) {
    Seen& one = seen[b[j]];
    ++one.in_b;
    one.at_b = j;
  }
  Pairs unique;
  for (size_t i = a0; i < a1; ++i) {
    const Seen& one = seen[a[i]];
    if (one.in_a == 1 && one.in_b == 1) unique.emplace_back(i, one.at_b);
  }
  // Longest rising subsequence of the places in b: `ends[k]` ends the best one of k + 1.
  std::vector<size_t> ends;
  std::vector<size_t> before(unique.size(), SIZE_MAX);
  for (size_t u = 0; u < unique.size(); ++u) {
    const auto place = std::ranges::lower_bound(ends, unique[u].second, {}, [&](size_t e) { return unique[e].second; });
    if (place != ends.begin()) before[u] = *(place - 1);
    if (place == ends.end()) {
      ends.push_back(u);
    } else {
      *place = u;
    }
  }
  const size_t first = out.size();
  for (size_t u = ends.empty() ? SIZE_MAX : ends.back(); u != SIZE_MAX; u = before[u]) out.push_back(unique[u]);
  std::reverse(out.begin() + static_cast<ptrdiff_t>(first), out.end());
}

Pairs common_units(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  Pairs out;
  size_t begin = 0;
  while (begin < a.size() && begin < b.size() && a[begin] == b[begin]) {
    out.emplace_back(begin, begin);
    ++begin;
  }
  size_t same = 0;
  while (same < a.size() - begin && same < b.size() - begin && a[a.size() - 1 - same] == b[b.size() - 1 - same]) ++same;
  const size_t a1 = a.size() - same;
  const size_t b1 = b.size() - same;
  if (uint64_t{a1 - begin} * (b1 - begin) <= kMostTable) {
    table_pairs(a, b, begin, a1, begin, b1, out);
  } else {
    patience_pairs(a, b, begin, a1, begin, b1, out);
  }
  for (size_t i = 0; i < same; ++i) out.emplace_back(a1 + i, b1 + i);
  return out;
}

}  // namespace

// Between two common lines: what replaces a line comes right after it, so that a mixture reads like either. Removed
// lines keep their order, and so do added ones.
void Difference::interleave(std::vector<Piece>& pieces, size_t begin, size_t middle) {
  const std::vector<Piece> removed(pieces.begin() + static_cast<ptrdiff_t>(begin),
                                   pieces.begin() + static_cast<ptrdiff_t>(middle));
  const std::vector<Piece> added(pieces.begin() + static_cast<ptrdiff_t>(middle), pieces.end());
  std::unordered_map<size_t, size_t> place;
  for (size_t i = 0; i < removed.size(); ++i) place.emplace(removed[i].change, i);
  pieces.resize(begin);
  size_t next = 0;
  for (const Piece& piece : added) {
    const auto found = place.find(piece.change);
    for (; found != place.end() && next <= found->second; ++next) pieces.push_back(removed[next]);
    pieces.push_back(piece);
  }
  pieces.insert(pieces.end(), removed.begin() + static_cast<ptrdiff_t>(next), removed.end());
}

Result<Difference> Difference::between(std::string_view good, std::string_view bad) {
  Difference out;
  std::vector<std::string> a = lines_of(good);
  std::vector<std::string> b = lines_of(bad);
  if (a.size() <= 1 && b.size() <= 1) {
    out.form_ = Form::Words;
    a = a.empty() ? a : words_of(a[0]);
    b = b.empty() ? b : words_of(b[0]);
  }
  if (a.size() > kMostUnits || b.size() > kMostUnits)
    return fail(ErrorCode::Limit, fmt::format("more than {} lines", grouped(kMostUnits)));

  // Open changes by section and key: what goes in the one place and comes in another belongs together.
  std::map<std::string, std::deque<size_t>> removed;
  std::map<std::string, std::deque<size_t>> added;
  std::string good_section;
  std::string bad_section;
  const auto place = [&](Piece::Kind kind, const std::string& text, const std::string& section) {
    const std::string key = section + '\n' + std::string(key_of(text));
    auto& mine = kind == Piece::Kind::Removed ? removed[key] : added[key];
    auto& others = kind == Piece::Kind::Removed ? added[key] : removed[key];
    size_t change = out.changes_.size();
    if (!others.empty()) {
      change = others.front();
      others.pop_front();
    } else {
      out.changes_.emplace_back();
      mine.push_back(change);
    }
    (kind == Piece::Kind::Removed ? out.changes_[change].removed : out.changes_[change].added).push_back(text);
    out.pieces_.push_back({kind, text, change});
  };
  const auto enter = [&](const std::string& text, std::string& section) {
    if (out.form_ == Form::Lines && text.starts_with('[')) section = text;
  };
  size_t i = 0;
  size_t j = 0;
  auto pairs = common_units(a, b);
  pairs.emplace_back(a.size(), b.size());
  for (const auto& [common_a, common_b] : pairs) {
    const size_t gap = out.pieces_.size();
    for (; i < common_a; ++i) {
      enter(a[i], good_section);
      place(Piece::Kind::Removed, a[i], good_section);
    }
    const size_t middle = out.pieces_.size();
    for (; j < common_b; ++j) {
      enter(b[j], bad_section);
      place(Piece::Kind::Added, b[j], bad_section);
    }
    interleave(out.pieces_, gap, middle);
    if (i == a.size() || j == b.size()) continue;
    enter(a[i], good_section);
    enter(a[i], bad_section);
    out.pieces_.push_back({Piece::Kind::Common, a[i], 0});
    ++i;
    ++j;
  }
  return out;
}

std::string Difference::compose(const std::vector<size_t>& applied) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    const bool made = piece.kind != Piece::Kind::Common && std::ranges::binary_search(applied, piece.change);
    if ((piece.kind == Piece::Kind::Added && !made) || (piece.kind == Piece::Kind::Removed && made)) continue;
    if (form_ == Form::Words && !out.empty()) out += ' ';
    out += piece.text;
    if (form_ == Form::Lines) out += '\n';
  }
  if (form_ == Form::Words) out += '\n';
  return out;
}

}  // namespace inquest::experiment
