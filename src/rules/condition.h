// Conditions: terms joined, asked of what is known about an incident.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/term.h"

namespace inquest::rules {

// Holds when every term of `all` is satisfied, at least one of `any` (where there are any), and none of `none`.
struct Condition {
  std::vector<Term> all;
  std::vector<Term> any;
  std::vector<Term> none;

  bool empty() const { return all.empty() && any.empty() && none.empty(); }
};

// One thing that is known: a fact's value, a feature's, nothing but that it is so. `handle` is the world's own, so that
// whoever asked can find what is to be cited.
struct Answer {
  std::string value;
  uint64_t handle = 0;
};

// What is known about one incident. Implemented by reasoning over its case; by StatedWorld for the cases of rules.
class World {
 public:
  virtual ~World() = default;
  // Everything known under that name, which may hold `*` (name_means). Empty: nothing is known, which is not the same
  // as known to be otherwise.
  virtual std::vector<Answer> answers(Subject subject, std::string_view name) const = 0;
};

// Why a condition holds: a term and what satisfied it.
struct Ground {
  const Term* term = nullptr;  // of the condition
  Answer answer;
};

struct Judgement {
  bool holds = false;
  std::vector<Ground> grounds;  // of `all` and `any`; empty where it does not hold
};

// A term is satisfied where one answer is accepted; with != where there is an answer and every one is accepted: a
// command line with two console= parameters, one of which is tty0, is not != tty0. What is not known satisfies nothing,
// so a term of `none` holds the rule back only by what is known.
Judgement judge(const Condition& condition, const World& world);
inline bool holds(const Condition& condition, const World& world) { return judge(condition, world).holds; }

}  // namespace inquest::rules
