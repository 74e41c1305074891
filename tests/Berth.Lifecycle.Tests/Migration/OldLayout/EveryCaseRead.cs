using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Migration.OldLayout;

/// <summary>The old world with every case, read once for all tests that look at it.</summary>
public sealed class EveryCaseRead : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    internal OldSystem Old { get; private set; } = null!;

    /// <summary>Everything in the old world before it was read.</summary>
    internal IReadOnlyList<string> Before { get; private set; } = [];

    /// <summary>Everything in the old world after it was read.</summary>
    internal IReadOnlyList<string> After { get; private set; } = [];

    public async Task InitializeAsync()
    {
        var world = OldWorlds.EveryCase(_folder.Path).Write();
        Before = TreeListing.Of(_folder.Path);
        Old = await new OldSystemReader().ReadAsync(world.Plugins, world.Database);
        After = TreeListing.Of(_folder.Path);
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
