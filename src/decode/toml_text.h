// TOML out of evidence: toml++ behind limits that it lacks, with errors that say what to do.
#pragma once

#include <optional>
#include <string_view>

#include <toml++/toml.h>

#include "base/error.h"

namespace inquest::decode {

// The table that a whole file holds. Nodes know their line: `node.source().begin.line`.
// Malformed, with the line of the first fault and, where the fault is a usual one, how to write it instead; Limit for a
// key of so many parts ("a.b.c...") that the table's depth could exhaust the stack, and for text of more than 2 MiB.
Result<toml::table> parse_toml(std::string_view text);

// For sniffers: the name in a table's header, "[agent]" or "[[inputs.cpu]]", at the start of a line without blanks
// around it; nothing for other lines. A view into the line.
std::optional<std::string_view> toml_header(std::string_view line);

// The kind of a value, for a message: "a string", "a whole number", "an array".
std::string_view kind_of(const toml::node& node);

}  // namespace inquest::decode
