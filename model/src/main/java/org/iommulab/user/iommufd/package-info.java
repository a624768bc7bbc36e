/**
 * iommufd (drivers/iommu/iommufd of 6.12.y): /dev/iommu, and the objects behind it. <b>Not compared with a capture</b>: no
 * recorded machine used it, so that what is here was read in the kernel's sources only.
 *
 * <p>Words: an <em>IOAS</em> is an address space that a program describes; a <em>HWPT</em> (hardware page table) is an
 * IOMMU domain, filled from one IOAS, or <em>nested</em>: the program's own table on top of such a domain; a
 * <em>device</em> is a function that was bound to this file; an <em>area</em> is one mapping of an IOAS. Objects have
 * numbers, counted from 1 in each file, and a count of users: what is in use cannot be destroyed.
 *
 * <p>An <em>access</em> is a driver that reaches the memory by the CPU; a <em>fault queue</em> tells the program of page
 * requests. Left out: dirty bits (no unit of the lab keeps them, so that all calls about them are refused), the VFIO
 * compatibility calls, limits of locked memory.
 */
@NullMarked
package org.iommulab.user.iommufd;

import org.jspecify.annotations.NullMarked;
