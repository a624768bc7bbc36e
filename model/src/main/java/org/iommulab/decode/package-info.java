/**
 * What lines of a kernel log say about IOMMUs: lines that belong together are put together, and every number and bit in
 * them is told in plain words with its source. What a vendor's lines mean is said in the vendor's room, as a
 * {@link org.iommulab.decode.FaultText}; here is what reads a log, and the lines of the IOMMU core itself.
 *
 * <p>Vocabulary: a <i>form</i> is a line that some kernel function prints; a <i>report</i> is a form and the lines that
 * may follow it; an <i>explanation</i> is what the matched text means.
 */
@NullMarked
package org.iommulab.decode;

import org.jspecify.annotations.NullMarked;
