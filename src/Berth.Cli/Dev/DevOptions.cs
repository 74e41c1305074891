namespace Berth.Cli.Dev;

/// <summary>What <c>berth dev</c> was asked for.</summary>
/// <param name="Folder">The plugin's.</param>
/// <param name="Data">Where the server's data stays; <see langword="null"/> for a temporary folder.</param>
/// <param name="Build">Another build than that of the project.</param>
/// <param name="With">Packages that are published first.</param>
/// <param name="HasPage">Whether the page is served.</param>
/// <param name="Port">Its port; 0 for a free one.</param>
/// <param name="IsOnce">Whether it ends after the first swap.</param>
internal sealed record DevOptions(DirectoryInfo Folder, DirectoryInfo? Data, string? Build, IReadOnlyList<FileInfo> With, bool HasPage, int Port, bool IsOnce);
