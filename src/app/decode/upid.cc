// inquest decode upid: task identifiers of Proxmox VE.

#include "crashtext/upid.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) { return crashtext::parse_upid(text) ? Claim::Certain : Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  const auto upid = crashtext::parse_upid(text);
  if (!upid) return not_of_kind(text, "a UPID (UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:)");
  return one(crashtext::read_upid(*upid));
}

}  // namespace

extern const DecodeKind upid_decode_kind;
const DecodeKind upid_decode_kind = {
    .name = "upid",
    .summary = "a task of Proxmox VE; gives the time of the host's boot",
    .example = "UPID:pve:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
