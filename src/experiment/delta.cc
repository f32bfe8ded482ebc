#include "experiment/delta.h"

#include <algorithm>
#include <map>

namespace inquest::experiment {
namespace {

std::vector<size_t> without(const std::vector<size_t>& all, const std::vector<size_t>& part) {
  std::vector<size_t> out;
  std::ranges::set_difference(all, part, std::back_inserter(out));
  return out;
}

// Cuts into so many parts, whose sizes differ by one at most.
std::vector<std::vector<size_t>> parts_of(const std::vector<size_t>& all, size_t parts) {
  std::vector<std::vector<size_t>> out;
  for (size_t i = 0; i < parts; ++i) {
    const auto begin = all.begin() + static_cast<ptrdiff_t>(all.size() * i / parts);
    const auto end = all.begin() + static_cast<ptrdiff_t>(all.size() * (i + 1) / parts);
    if (begin != end) out.emplace_back(begin, end);
  }
  return out;
}

}  // namespace

Minimum minimise(size_t count, const Judge& judge, const Progressed& progressed) {
  Minimum out;
  out.changes.resize(count);
  for (size_t i = 0; i < count; ++i) out.changes[i] = i;
  std::map<std::vector<size_t>, Verdict> judged;
  const auto ask = [&](const std::vector<size_t>& set) -> std::optional<Verdict> {
    if (set.empty()) return Verdict::Good;
    if (const auto known = judged.find(set); known != judged.end()) return known->second;
    const auto verdict = judge(set);
    if (verdict) judged.emplace(set, *verdict);
    return verdict;
  };
  size_t parts = 2;
  while (out.changes.size() > 1) {
    const auto cut = parts_of(out.changes, parts);
    bool smaller = false;
    // Parts first, because one that fails saves most; then all but a part.
    for (const bool rest : {false, true}) {
      if (rest && cut.size() == 2) break;  // the rest of one half is the other
      for (const auto& part : cut) {
        auto set = rest ? without(out.changes, part) : part;
        const auto verdict = ask(set);
        if (!verdict) return out;
        if (*verdict != Verdict::Bad) continue;
        out.changes = std::move(set);
        parts = rest ? std::max<size_t>(cut.size() - 1, 2) : 2;
        smaller = true;
        break;
      }
      if (smaller) break;
    }
    if (smaller) {
      if (progressed) progressed(out.changes);
      continue;
    }
    if (cut.size() >= out.changes.size()) break;
    parts = std::min(parts * 2, out.changes.size());
  }
  out.minimal = true;
  return out;
}

}  // namespace inquest::experiment
