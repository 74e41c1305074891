namespace Berth.Lifecycle.Operations.Journal;

/// <summary>Is told each step that is reached, before the next one begins. Tests end the process there.</summary>
internal interface IStepWitness
{
    ValueTask ReachedAsync(string operation, string step);
}

/// <summary>Nobody looks.</summary>
internal sealed class NoWitness : IStepWitness
{
    public ValueTask ReachedAsync(string operation, string step) => ValueTask.CompletedTask;
}
