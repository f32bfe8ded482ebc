// What a walk may still cost, and the account of each container against it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// What a whole walk has spent.
class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits) {}

  const Limits& limits() const { return limits_; }
  // One more call of the visitor.
  void count_item() { ++items_; }
  uint64_t items() const { return items_; }

  // Nothing, or why nothing more may be visited.
  std::optional<Error> no_more_items() const;
  // Nothing, or why nothing more may be expanded.
  std::optional<Error> no_more_expansion() const;

 private:
  friend class Expansion;

  Limits limits_;
  uint64_t items_ = 0;
  uint64_t gained_ = 0;
};

// The account of one container: what went into expanding it, and what came out of it and of all containers in it. Only
// the gain counts: a tar that is not compressed gives as much as it holds.
class Expansion {
 public:
  // The budget and the account of the container around it (null for none) must outlive this one.
  Expansion(Budget& budget, Expansion* outer, std::string path)
      : budget_(budget), outer_(outer), path_(std::move(path)) {}
  Expansion(const Expansion&) = delete;
  Expansion& operator=(const Expansion&) = delete;

  // The container's bytes were read. Count each byte once, even where it is read again.
  void consumed(uint64_t bytes) { in_ += bytes; }
  // Bytes came out of it.
  void produced(uint64_t bytes);
  // Nothing, or why neither it nor anything in it may go on: it or a container around it expands too much, or all of
  // them together do.
  std::optional<Error> stopped() const;

 private:
  bool too_much() const;

  Budget& budget_;
  Expansion* outer_;
  std::string path_;
  uint64_t in_ = 0;
  uint64_t out_ = 0;
  uint64_t counted_ = 0;  // of out_ - in_, what was counted as gain
  uint64_t gained_ = 0;   // here and in all containers within
};

}  // namespace inquest::evidence
