using System.Security.Cryptography;
using Berth.Packaging.Archive;
using Berth.Registry.Publishing;

namespace Berth.Server.Tests.Publishing;

/// <summary>A scanner that does what its test wants; by default it reads the package and has nothing against it.</summary>
internal sealed class ControlledStage : IPublishStage
{
    public string Name => "scan";

    public int RuleSet => 3;

    public Func<PublishContext, CancellationToken, Task<StageVerdict>> Say { get; set; } = ReadAsync;

    public Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken) => Say(publish, cancellationToken);

    /// <summary>Reads the bytes as a scanner does: they are those of the package that it is asked about.</summary>
    public static async Task<StageVerdict> ReadAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        await using var content = publish.Content();
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return digest == publish.Package.Digest
            ? new StageVerdict.Passed { Evidence = JsonSerializer.SerializeToElement(new { digest }) }
            : new StageVerdict.Refused([new PackageFault("test.mixed", "These are other bytes.")]);
    }
}

/// <summary>A server whose registry has the stage.</summary>
public class PublishingFixture : ServerFixture
{
    internal ControlledStage Stage { get; } = new();

    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(provider => new PublishStages(provider)
        {
            InOrder = [Stage, ActivatorUtilities.CreateInstance<Registry.Publishing.Stages.ApprovalStage>(provider)],
        });
        // No stage here hangs: what takes long is the machine's doing.
        builder.Services.AddSingleton(new PublishOptions { StageTimeLimit = TimeSpan.FromMinutes(5) });
    }
}
