/**
 * Page tables in simulated memory. Vocabulary: a <em>table</em> has <em>entries</em>; an <em>index</em>, some bits of
 * the <em>input address</em> (IOVA), picks one; an entry is empty, points at a table of the next <em>level</em> (level
 * 0 is the root), or is a <em>leaf</em> that gives the <em>output address</em> of a page. A
 * {@link org.iommulab.pagetable.TableFormat} says in a vendor's words what entries look like;
 * {@link org.iommulab.pagetable.RadixTable} does the rest for all of them. The tables' content is in memory and nowhere
 * else. Nothing here knows a driver, a unit or a kernel.
 */
@NullMarked
package org.iommulab.pagetable;

import org.jspecify.annotations.NullMarked;
