// What a report is called: by its pattern, made general so that the same bug always has the same title.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/pattern_set.h"

namespace inquest::crashtext {

struct Title {
  const ReadyPattern* pattern = nullptr;  // null: only the family knows the line, and it is titled with itself
  std::string title;                      // empty: not even that
  std::vector<std::string> alt_titles;    // sorted, each once
  std::string corrupted;                  // why the title may be wrong; empty: it is not
  std::string raw_function;               // the guilty function as printed, of the first trace; empty: none
};

// `text` is the whole report without prefixes; its first line has the family's header. After syzkaller's
// extractDescription (pkg/report/report.go, Apache-2.0): names of bugs are shared with a world of trackers.
Title find_title(const ReadyFamily& family, std::string_view text);

// Of short decimal numbers; addresses and long ones always become general.
enum class Numbers : uint8_t { Generalise, Keep };

// Without what differs from one crash of a bug to the next: addresses become ADDR, numbers NUM, "file.c:12" LINE ...;
// ASCII, single blanks, at most 120 characters.
std::string general_title(std::string title, Numbers numbers = Numbers::Generalise);

// Why a report cannot be trusted though it has a title: it has no stack trace, or an empty one, or a time stamp stands
// in the middle of its title. Empty: it is whole.
std::string find_corruption(const Title& title, std::string_view text);

}  // namespace inquest::crashtext
