#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

TEST(Netconsole, ParametersThatSendNothingAreFlagged) {
  testing::expect_verdicts(
      "netconsole-argument",
      {
          {"```\nmodprobe netconsole 6665@10.0.0.5/eno1,6666@10.0.0.9/aa:bb:cc:dd:ee:ff\n```", true},
          {"We loaded it with `netconsole=@/eno1,6666@logs.example/`.", true},
          {"Danach `modprobe netconsole netconsole=@10.0.0.5/eno1`.", true},
          {"```\nmodprobe netconsole netconsole=[email protected]/eno1,[email protected]/\n```", true},
          {"```\nmodprobe netconsole netconsole=6665@10.0.0.5/eno1,6666@10.0.0.9/aa:bb:cc:dd:ee:ff\n```", false},
          {"The syntax is netconsole=[+][src-port]@[src-ip]/[<dev>],[tgt-port]@<tgt-ip>/[tgt-macaddr].", false},
          {"Mit `netconsole=@/eno1,@10.0.0.9/` kamen die Meldungen an.", false},
          {"The parameter `netconsole=@10.0.0.5/eno1` was wrong: it has no target.", false},
          {"Run modprobe netconsole on both hosts.", false},
      });
}

}  // namespace
}  // namespace inquest::review
