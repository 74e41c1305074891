namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>The caches that are known to keep a collectible context alive.</summary>
internal static class FrameworkScrubs
{
    public static IReadOnlyList<IFrameworkScrub> All { get; } =
    [
        new JsonSerializerScrub(),
        new ParameterBindingScrub(),
        new TypeDescriptorScrub(),
        new ValidatorScrub(),
    ];
}
