// The numbers behind the statements: [1], [2] in the text, and what they stand for at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/document.h"

namespace inquest::report {

// Numbers citations in the order of their first use; the same place has one number however often it is cited.
class Citations {
 public:
  explicit Citations(const model::Case& the_case) : case_(the_case) {}

  // " [1,4-6]", to stand after a statement; empty for none. Of a statement with very many, the first ones and
  // a count.
  Text refer(std::span<const model::Citation> cites);
  // The sentence with its numbers.
  Text state(std::string_view text, std::span<const model::Citation> cites);
  Text state(const model::Statement& statement) { return state(statement.text, statement.cites); }

  bool empty() const { return order_.empty(); }
  // Whether anything in that evidence has been cited so far.
  bool cited(model::EvidenceId evidence) const;
  // Every citation so far with its file, its line and the words there.
  List list() const;

 private:
  using Key = std::tuple<model::EvidenceId, uint32_t, uint64_t, uint32_t>;

  // The words there. Of a row that is known by its line and start alone, up to its end.
  std::string quote(model::Citation cite) const;

  const model::Case& case_;
  std::map<Key, size_t> numbers_;
  std::vector<model::Citation> order_;
};

}  // namespace inquest::report
