package org.iommulab.core;

import java.util.Optional;
import org.iommulab.sim.Machine;

/**
 * A domain without tables that a driver has once, for all its devices (v6.7; some
 * drivers give it from domain_alloc before): it is never made and never freed.
 */
public final class StaticDomain extends IommuDomain {
    private final String name;

    /**
     * @param name the kernel's name of the variable
     * @param ops its own callbacks, see {@link DriverOps#ofStaticDomain}
     */
    public StaticDomain(Machine machine, String name, DomainType type, DriverOps ops) {
        super(machine, 0);
        this.name = name;
        setType(type);
        ops().setQuietly(Optional.of(ops));
    }

    @Override
    protected boolean isStatic() {
        return true;
    }

    @Override
    public String label() {
        return name;
    }

    @Override
    protected long pageSizes() {
        return 0;
    }

    @Override
    public long apertureEnd() {
        return 0;
    }

    @Override
    public long tableBase() {
        return 0;
    }

    @Override
    public long mappedPages() {
        return 0;
    }

    @Override
    public int tableCount() {
        return 0;
    }

    @Override
    public long lookUp(long iova) {
        return 0;
    }
}
