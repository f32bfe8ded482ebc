#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

TEST(ClusterDetection, KnowsWhatTheTokenTimeoutCanBe) {
  testing::expect_verdicts(
      "token-timeout-mismatch",
      {
          {"A cluster of 4 nodes. The 25 seconds are corosync's token timeout.", true},
          {"In the 3-node cluster corosync's token timeout of 17 s passed.", true},
          {"Im Cluster mit 5 Knoten entspricht die Verzögerung von 40 Sekunden dem Token-Timeout von corosync.", true},
          {"token: 10000 is set in the cluster of 3 nodes. The 60 s are the token timeout.", true},
          {"The cluster has five nodes and the defaults, so the token timeout is 3000 ms.", true},
          {"Der Cluster hat drei Knoten. Nach Vorgabe ist das Token-Timeout dann 5000 ms.", true},
          {"Im Cluster aus vier Knoten ist das Token-Timeout nach Vorgabe 3000 ms.", true},
          {"Im Cluster aus vier Knoten ist das Token-Timeout nach Vorgabe 4300 ms.", false},
          {"The cluster has five nodes and the defaults, so the token timeout is 4950 ms.", false},
          {"The cluster has five nodes and the defaults, so the token timeout is 3000 ms + 3 × 650 ms = 4950 ms. "
           "`token: 10000` was considered and rejected.",
           false},
          {"Der Cluster hat drei Knoten. Nach Vorgabe ist das Token-Timeout dann 3650 ms.", false},
          {"A cluster of 4 nodes. The 4.3 s are corosync's token timeout.", false},
          {"In the 3-node cluster the 17 s are not corosync's token timeout, which is 3.65 s.", false},
          {"Im Cluster mit 3 Knoten beträgt der Token-Timeout von corosync 3,65 Sekunden.", false},
          {"token: 10000 is set in the cluster of 3 nodes. The 12 s are the token timeout and the consensus.", false},
          {"The API token has a timeout of an hour; the token timeout of the proxy is 3600 ms.", false},
      });
}

}  // namespace
}  // namespace inquest::review
