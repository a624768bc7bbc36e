package org.iommulab.bus.pci;

import java.util.Optional;

/**
 * What never changes about a function.
 *
 * @param below the bridge above it, by name; empty on a root bus
 * @param acs whether it has an ACS capability with Source Validation, P2P Request Redirect, P2P Completion Redirect and
 *     Upstream Forwarding on, as far as it implements them
 */
public record PciFunction(PciAddress address, PciType type, Optional<String> below, boolean acs) {}
