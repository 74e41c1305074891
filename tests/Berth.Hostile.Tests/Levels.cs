using Berth.Host.Isolation;

namespace Berth.Hostile.Tests;

/// <summary>The columns: the isolation levels, the last of them once for each kind of code that it runs.</summary>
internal static class Levels
{
    public const string None = IsolationLevels.None;
    public const string Script = IsolationLevels.Vm;
    public const string Program = "vm-wasm";

    /// <summary>From the weakest; all but the last two run the same plugins.</summary>
    public static IReadOnlyList<string> All { get; } = [None, IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container, Script, Program];

    /// <summary>The isolation level of a column.</summary>
    public static string IsolationOf(string level) => level == Program ? IsolationLevels.Vm : level;

    /// <summary>Whether .NET plugins run there in workers.</summary>
    public static bool HaveWorkers(string level) => level is IsolationLevels.Process or IsolationLevels.Sandbox or IsolationLevels.Container;

    /// <summary>For people.</summary>
    public static string TitleOf(string level) => level switch
    {
        Script => "vm (JavaScript)",
        Program => "vm (WebAssembly)",
        _ => level,
    };

    /// <summary>
    /// Whether an attack makes sense there: in the host's own process there is no worker to attack, and no other process to attack from
    /// one's own; a script or a WebAssembly program makes no system calls by number and has no worker's secret.
    /// </summary>
    public static bool Have(Attack attack, string level) => level == None ? !attack.NeedsOwnProcess : Directory.Exists(FolderOf(attack.GetType().Name, level));

    /// <summary>Where the build has laid the plugin out that makes an attack at a level.</summary>
    public static string FolderOf(string slug, string level) => Path.Combine(AppContext.BaseDirectory, Folder(slug, level), slug, "1.0.0");

    // The neighbour of a program is a script.
    private static string Folder(string slug, string level) => level switch
    {
        Program when slug != nameof(Neighbour) => "hostile-wasm",
        Program or Script => "hostile-vm",
        _ => "hostile",
    };
}
