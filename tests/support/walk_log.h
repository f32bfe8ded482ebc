// A visitor that writes down what a walk tells, and reads every item.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/walk.h"

namespace inquest {

class WalkLog : public evidence::Visitor {
 public:
  struct Item {
    std::string path;
    std::string content;
    uint64_t size = 0;  // content's, also where it was not kept here
    Ns modified = 0;
    std::string error;  // that ended the reading, with "byte N: " before it where it has an offset
    std::unique_ptr<model::ByteSource> source;
  };

  // The calls in their order: "item a.log", "container a.tar tar", "refused a.log: no such file or folder",
  // "refused a.tar (opened): ...".
  std::vector<std::string> calls;
  std::vector<Item> items;
  // Contents beyond this are read and forgotten.
  uint64_t keep_content = 1 << 20;
  size_t piece = 1 << 16;  // asked for at once
  // Called before an item is read; may be empty.
  std::function<void(const std::string& path)> before;

  void item(evidence::Item& item) override;
  void container(const std::string& path, std::string_view kind, uint64_t bytes) override;
  void refused(const std::string& path, const Error& error, bool container) override;

  // The first item with that path, or null.
  const Item* find(std::string_view path) const;
  // Paths of all items, in order.
  std::vector<std::string> paths() const;
  // What stands behind "refused PATH" (with or without "(opened)"): the first message; empty for none.
  std::string refusal(std::string_view path) const;
};

void walk_into(WalkLog& log, const std::vector<std::string>& paths, const evidence::Limits& limits = {});

// Everything that a source has.
std::string read_all(model::ByteSource& source);

}  // namespace inquest
