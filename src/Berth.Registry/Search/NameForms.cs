namespace Berth.Registry.Search;

/// <summary>
/// The forms of slug and display name that a query is compared with. The database keeps them beside the name they are of: who changes
/// how they are made clears <c>formed_name</c> of all listings in a schema script, and they are made anew.
/// </summary>
internal readonly record struct NameForms(string SlugCompact, string NameCompact, string SlugSkeleton, string NameSkeleton)
{
    public static NameForms Of(string slugFolded, string nameFolded) => new(
        LookAlikes.Compact(slugFolded), LookAlikes.Compact(nameFolded), LookAlikes.Skeleton(slugFolded), LookAlikes.Skeleton(nameFolded));
}
