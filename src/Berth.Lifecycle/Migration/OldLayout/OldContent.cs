namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>One content of a plugin's version, with everybody who has it.</summary>
/// <param name="Slug">As most of its users write it.</param>
/// <param name="Version">What the database calls it.</param>
/// <param name="NewVersion">What it is called from now on: the same for the leading content, <c>1.0.5+sha.abcdef12</c> for every other.</param>
/// <param name="Folder">One of the folders with this content; whole where one is.</param>
/// <param name="Installations">By user.</param>
internal sealed record OldContent(
    string Slug, string Version, string NewVersion, OldFolder Folder, IReadOnlyList<OldInstallation> Installations);
