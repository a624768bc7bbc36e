package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.core.Group;
import org.iommulab.sim.SimObject;
import org.iommulab.user.iommufd.IommufdCtx;

/** A group's owner_cnt is the number of drivers that use its default domain, or how often its owner has claimed it. */
final class OwnersBalance implements Rule {
    @Override
    public String key() {
        return "owners-balance";
    }

    @Override
    public String title() {
        return "Owners of groups balance";
    }

    @Override
    public String protects() {
        return "The group: nobody who is gone keeps it, nobody who is there can lose it.";
    }

    @Override
    public String guarantee() {
        return "iommu_device_use_default_domain and iommu_device_unuse_default_domain come in pairs around a bound"
                + " driver (drivers/iommu/iommu.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.BETWEEN_ACTIONS;
    }

    @Override
    public Optional<String> violation(World world) {
        for (Group group : world.core().probing().groupList()) {
            long counted = group.ownerCount().get();
            long users = group.owner().get().map(owner -> claims(owner, group)).orElseGet(() -> users(group));
            if (counted != users) {
                return Optional.of(group.label() + " counts " + counted + (counted == 1 ? " owner, " : " owners, ")
                        + users + (users == 1 ? " is" : " are") + " there");
            }
        }
        return Optional.empty();
    }

    // iommu_group_claim_dma_owner once for a group, iommu_device_claim_dma_owner once for each device
    private static long claims(SimObject owner, Group group) {
        return owner instanceof IommufdCtx iommufd ? iommufd.boundOf(group) : 1;
    }

    private static long users(Group group) {
        return group.devices().toList().stream()
                .flatMap(device -> device.driver().get().stream())
                .filter(driver -> !driver.managesDma())
                .count();
    }
}
