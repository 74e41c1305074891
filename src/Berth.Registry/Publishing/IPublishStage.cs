using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>One look at a package on its way in. <see cref="PublishStages"/> lists them in order.</summary>
internal interface IPublishStage
{
    /// <summary>The stage's name in records and answers: <c>signature</c>, <c>scan</c>, …</summary>
    string Name { get; }

    /// <summary>Version of the rules the stage goes by.</summary>
    int RuleSet { get; }

    /// <summary>
    /// Judges the package. Keeps nothing and changes nothing: what it found out is in the verdict, so that validation and
    /// publishing say the same words. An exception is a verdict too: the version is held, never let through.
    /// </summary>
    Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the stage's own rows of a package that is kept (visible or held), in the transaction that adds the version. The
    /// verdict itself is stored by the pipeline.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="publish">What was judged.</param>
    /// <param name="verdict">What <see cref="RunAsync"/> said.</param>
    /// <param name="at">Unix milliseconds.</param>
    Task StoreAsync(DbSession session, PublishContext publish, StageVerdict verdict, long at) => Task.CompletedTask;

    /// <summary>Whether <see cref="RefusedAsync"/> has something to write.</summary>
    bool TellsOfRefusals => false;

    /// <summary>Tells of a package that the stage refused; nothing else of it is kept. Not called for a mere validation.</summary>
    Task RefusedAsync(DbSession session, PublishContext publish, StageVerdict.Refused verdict, long at) => Task.CompletedTask;
}

/// <summary>What a stage may look at.</summary>
/// <param name="Request">Who publishes, and what the request says about the package.</param>
/// <param name="Package">The package as the strict reader read it.</param>
/// <param name="Content">The package's bytes: a seekable stream of the stage's own, to be disposed of by it.</param>
internal sealed record PublishContext(PublishRequest Request, Package Package, Func<Stream> Content)
{
    /// <summary>Verdicts of the stages before, by name.</summary>
    public IReadOnlyDictionary<string, StageVerdict> Before { get; init; } = new Dictionary<string, StageVerdict>();
}

/// <summary>What a stage says.</summary>
internal abstract record StageVerdict
{
    private StageVerdict()
    {
    }

    /// <summary>What the stage found out, for the record; an object, or <see langword="null"/>.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>Nothing against it.</summary>
    public sealed record Passed : StageVerdict;

    /// <summary>The package is not acceptable: nothing of it is kept.</summary>
    public sealed record Refused(IReadOnlyList<PackageFault> Faults) : StageVerdict;

    /// <summary>The package is kept and not shown until somebody has looked at it.</summary>
    /// <param name="Code">Dotted.</param>
    /// <param name="Reason">For the publisher and the reviewer.</param>
    public sealed record Held(string Code, string Reason) : StageVerdict;
}
