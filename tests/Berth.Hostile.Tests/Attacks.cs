namespace Berth.Hostile.Tests;

/// <summary>The attacks that there are.</summary>
internal static class Attacks
{
    /// <summary>All, in the order of their folders and names.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        .. typeof(Attack).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Attack)) && type != typeof(Neighbour))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (Attack)Activator.CreateInstance(type)!),
    ];

    /// <summary>The folder of its file, in words.</summary>
    public static string ThemeOf(Attack attack) => attack.GetType().Namespace!.Split('.')[^1] switch
    {
        "Hogs" => "Takes too much",
        "Crashes" => "Ends its process",
        "Files" => "Files",
        "Granted" => "With capabilities granted",
        "Kernel" => "The kernel",
        "Network" => "The network",
        "Processes" => "Other processes",
        "Protocol" => "The host's doors",
        var other => other,
    };

    public static Attack Find(string name) => All.Single(attack => attack.GetType().Name == name);
}
