package org.iommulab.capture.machine;

import java.util.List;
import java.util.Optional;

/** Something that shows a captured machine, which can then be asked. */
public interface OfMachine {
    AskedMachine machine();

    /** What it would be with its ACS overridden, if that is what is shown. */
    Optional<WhatIf> whatIf();

    /** The groups that are shown, by number. */
    List<Viability> groups();

    /** Devices that are in none. */
    List<Ungrouped> ungrouped();
}
