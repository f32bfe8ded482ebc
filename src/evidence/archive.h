// An archive's members, one after the other, by libarchive.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "evidence/budget.h"
#include "evidence/container_kind.h"
#include "evidence/members.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// Reads only the format that it is told, and only what has contents: folders, links and devices are passed over.
//
// Of damaged archives as much is read as can be: a tar goes on at the next header, and a zip with the next member. What
// was wrong is told at the end.
class Archive : public Members {
 public:
  // A tar, cpio or ar in `bytes`, from their beginning.
  Archive(ContainerKind kind, Bytes& bytes, Expansion& account);
  // A zip of `size` bytes: its directory is at its end.
  Archive(model::ByteSource& bytes, uint64_t size, Expansion& account);
  // The bytes and the account must outlive it.
  ~Archive() override;
  Archive(Archive&&) = delete;

  Result<std::optional<Member>> next() override;
  Bytes& contents() override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace inquest::evidence
