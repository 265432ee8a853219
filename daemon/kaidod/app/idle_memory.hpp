// What a daemon that waits for years need not hold.
#pragma once

namespace kaido {

/// Gives back free heap, and unmaps the pages of program code that were touched so far: most served
/// the start only (certificates, the configuration, nftables). Code that is needed again comes back
/// from the page cache by itself. Only mappings that are executable and so never written are
/// touched: a page of relocated data would be lost.
void give_back_idle_memory();

}  // namespace kaido
