// Graphite's plain text: a dotted name, a value and a time a line, made line protocol.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace inquest::record {

// Says which parts of a dotted name mean what, by templates in the form of Telegraf's:
//
//     proxmox.nodes.* .object.host.measurement.field*
//
// makes of "proxmox.nodes.pve1.memory.memfree 17 1700000000"
//
//     memory,host=pve1,object=nodes memfree=17 1700000000000000000
//
// The first word is which names it is for: parts, of which "*" is any, at their beginning; a template without it is for
// all. Each part of the second names what stands there: `measurement`, `field`, a tag, or nothing; with "*" behind it
// that and all that follows. Further words are tags for all: "dc=north". Without a field part the field is `value`,
// without a measurement part, or a template, the whole name is the measurement. The first template that fits is taken.
class GraphiteTemplates {
 public:
  static Result<GraphiteTemplates> parse(std::span<const std::string> templates);

  // Appends the line of line protocol, without checking its names any further, and gives true; false where it is no
  // line of Graphite. Tags in the name ("disk.used;host=db1") are taken; a time that is missing or -1 is `now`. Values
  // that are no finite numbers have no line: `nan` is what a sender without a value says, so that gives true as well.
  bool append(std::string_view line, Ns now, std::string& out) const;

 private:
  struct Template {
    std::vector<std::string> filter;
    std::vector<std::string> parts;
    std::vector<std::pair<std::string, std::string>> tags;
  };
  static bool fits(const Template& one, std::span<const std::string_view> name);

  std::vector<Template> templates_;
};

}  // namespace inquest::record
