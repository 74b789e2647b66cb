//! The product tree of a CSAF document: what each product identifier names (CSAF 2.0, 3.1.1, 3.1.3 and 3.2.2).
//!
//! A leaf takes its maker, name and version from the branches above it, its package and CPE from the identification
//! helper. A relationship names a product inside of another one; the component is what is judged, the other is what
//! it is inside of.

use super::wire::{Branch, FullName, ProductTree};
use crate::knowledge::spoken::{self, Spoken};
use crate::knowledge::{cpe, package};
use crate::wire::Words;
use model::world::{Product, Versions, release, release_of_version};
use model::{Fault, Place, Problems};
use std::collections::BTreeMap;
use version::{Bound, Range, Scheme};

/// How deep branches may nest: the standard's own checkers refuse 31.
const DEPTH_MAX: usize = 30;
/// How many products of one document are kept.
pub(super) const PRODUCTS_MAX: usize = 200_000;

/// One product with its versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) product: Product,
    /// `None` where the tree names no version.
    pub(super) versions: Option<Range>,
    pub(super) inside: Option<Product>,
}

/// What product identifiers name.
#[derive(Default)]
pub(super) struct Tree<'t> {
    products: BTreeMap<&'t str, Named>,
    pub(super) groups: BTreeMap<&'t str, &'t [Words]>,
}

/// What the branches above say.
#[derive(Clone, Copy, Default)]
struct Above<'t> {
    vendor: Option<&'t str>,
    name: Option<&'t str>,
    version: Option<&'t str>,
    range: Option<&'t str>,
}

impl<'t> Tree<'t> {
    /// Reads the tree.
    pub(super) fn of(tree: &'t ProductTree, problems: &mut Problems) -> Self {
        let mut all = Self::default();
        let mut deep = false;
        for branch in tree.branches.iter() {
            all.branch(branch, Above::default(), 1, &mut deep);
        }
        for full in tree.full_product_names.iter() {
            all.add(full, Above::default());
        }
        for relationship in tree.relationships.iter() {
            let find = |id: &Words| all.products.get(id.trim()).cloned();
            let (Some(component), Some(id)) =
                (find(&relationship.product_reference), relationship.full_product_name.product_id.filled())
            else {
                continue;
            };
            let inside = find(&relationship.relates_to_product_reference).map(|around| around.product);
            let release = of_release(&component, inside.as_ref());
            let product = Product { release, ..component.product };
            all.insert(id, Named { product, inside, ..component });
        }
        for group in tree.product_groups.iter() {
            all.groups.insert(group.group_id.trim(), &group.product_ids);
        }
        if deep {
            let what =
                format!("branches of products nest deeper than {DEPTH_MAX}; what is deeper was not read");
            problems.add(Place::Whole, Fault::Partial, what, None);
        }
        if all.products.len() >= PRODUCTS_MAX {
            let what = format!("{PRODUCTS_MAX} products or more; the rest was not kept");
            problems.add(Place::Whole, Fault::Partial, what, None);
        }
        all
    }

    /// The product of an identifier.
    pub(super) fn get(&self, id: &str) -> Option<&Named> {
        self.products.get(id.trim())
    }

    fn branch(&mut self, branch: &'t Branch, mut above: Above<'t>, depth: usize, deep: &mut bool) {
        if depth > DEPTH_MAX {
            *deep = true;
            return;
        }
        let name = branch.name.filled();
        match &*branch.category.to_ascii_lowercase() {
            "vendor" => above.vendor = name,
            "product_name" => above.name = name,
            "product_family" => above.name = above.name.or(name),
            "product_version" => above.version = name,
            "product_version_range" => above.range = name,
            _ => {}
        }
        if let Some(full) = &branch.product {
            self.add(full, above);
        }
        for branch in branch.branches.iter() {
            self.branch(branch, above, depth + 1, deep);
        }
    }

    fn add(&mut self, full: &'t FullName, above: Above<'t>) {
        if let Some(id) = full.product_id.filled() {
            self.insert(id, named(full, above));
        }
    }

    fn insert(&mut self, id: &'t str, named: Named) {
        if self.products.len() < PRODUCTS_MAX {
            self.products.insert(id, named);
        }
    }
}

fn named(full: &FullName, above: Above<'_>) -> Named {
    let package = package::from_purl(&full.helper.purl);
    let scheme = package.as_ref().and_then(|package| Scheme::from_purl_type(&package.ecosystem));
    let scheme = scheme.unwrap_or(Scheme::Generic);
    let by_cpe = full.helper.cpe.filled().filter(|cpe| cpe.starts_with("cpe:2.3:"));
    let of_cpe = by_cpe.and_then(cpe::product).unwrap_or_default();
    let name = match &package {
        // A branch of an rpm is called `crane-1.2-3.el9.x86_64`: the package's own name is the name.
        Some(package) => Some(package.name.clone()),
        None => above.name.map(str::to_owned).or(of_cpe.name).or_else(|| full.name.owned()),
    };
    let exact = package::purl_version(&full.helper.purl);
    let versions = match (exact, above.range, above.version) {
        (Some(exact), _, _) => Some(Range::exact(scheme, exact)),
        (None, Some(range), _) => range_of(scheme, range),
        // The branch of a package without a version has the package's name where the version belongs.
        (None, None, Some(version))
            if package.is_some() && !version.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            None
        }
        (None, None, Some(version)) => range_of(scheme, version),
        (None, None, None) => by_cpe.and_then(cpe::version).map(|version| Range::exact(scheme, version)),
    };
    let vendor = above.vendor.map(str::to_owned).or(of_cpe.vendor);
    let cpes = full.helper.cpe.owned().into_iter().collect();
    Named { product: Product { vendor, name, package, cpes, release: None }, versions, inside: None }
}

/// The release of the distribution that a package is of: by the tag of its version, else by the product around it.
/// Layered products have numbers of their own, so only the distribution itself counts.
fn of_release(component: &Named, inside: Option<&Product>) -> Option<String> {
    let distribution = component.product.package.as_ref()?.distribution()?;
    let version = component.versions.as_ref().and_then(|range| range.intervals.first());
    let tagged = version.and_then(|(low, high)| {
        [low, high].into_iter().find_map(|bound| match bound {
            Bound::Included(version) | Bound::Excluded(version) => release_of_version(version),
            Bound::Open => None,
        })
    });
    let around = || {
        let around = inside?;
        let name = around.name.as_deref().unwrap_or_default();
        let itself = [
            "Red Hat Enterprise Linux",
            "SUSE Linux",
            "openSUSE",
            "Ubuntu",
            "Debian",
            "Rocky",
            "AlmaLinux",
            "Oracle Linux",
        ];
        let by_cpe =
            around.cpes.iter().any(|cpe| cpe.contains(":enterprise_linux:") || cpe.contains(":sles:"));
        (by_cpe || itself.iter().any(|start| name.starts_with(start))).then(|| release(distribution, name))?
    };
    tagged.or_else(around)
}

/// A version, or a range as `vers:` or in words.
fn range_of(scheme: Scheme, text: &str) -> Option<Range> {
    if text.trim_start().starts_with("vers:") {
        let range = Range::from_vers(text)?;
        // `vers:all`, `vers:unknown` and the like say nothing of an order.
        let better = if range.scheme == Scheme::Generic { scheme } else { range.scheme };
        return Some(Range { scheme: better, ..range });
    }
    if let Some(range) = Range::from_comparison(scheme, text) {
        return Some(range);
    }
    match spoken::versions(text) {
        Spoken::All => Some(Range::between(scheme, Bound::Open, Bound::Open)),
        Spoken::Intervals(intervals) => Some(Range { scheme, intervals }),
        Spoken::Nothing => None,
    }
}

impl Named {
    /// The versions as a fact has them.
    pub(super) fn said(&self) -> Versions {
        match &self.versions {
            Some(range) => Versions::In(vec![range.clone()], Vec::new()),
            // A component of a product without a version: whether the version there is meant, nothing says.
            None if self.inside.is_some() => Versions::Unknown,
            None => Versions::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn products(depth: usize) -> (bool, u64) {
        let leaf =
            r#"{"category":"product_name","name":"Crane","product":{"product_id":"P","name":"Crane"}}"#;
        let open = r#"{"category":"vendor","name":"Quay","branches":["#;
        let text = format!("{{\"branches\":[{}{leaf}{}]}}", open.repeat(depth - 1), "]}".repeat(depth - 1));
        let tree: ProductTree = serde_json::from_str(&text).expect("valid");
        let mut problems = Problems::new("a.json");
        let found = Tree::of(&tree, &mut problems).get("P").is_some();
        (found, problems.count())
    }

    #[test]
    fn branches_nest_up_to_the_bound() {
        assert_eq!(products(DEPTH_MAX), (true, 0));
        assert_eq!(products(DEPTH_MAX + 1), (false, 1));
    }

    #[test]
    fn versions_are_ranges_where_they_read_as_one() {
        let shown = |text| range_of(Scheme::Generic, text).map(|range| range.to_string());
        assert_eq!(shown("vers:semver/>=1.0.0|<1.4.2").as_deref(), Some(">= 1.0.0, < 1.4.2"));
        assert_eq!(shown("<V3.1").as_deref(), Some("< V3.1"));
        assert_eq!(shown("4.2").as_deref(), Some("= 4.2"));
        assert_eq!(shown("n/a"), None);
    }
}
