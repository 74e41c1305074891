namespace Berth.Contracts;

/// <summary>Says which class Berth.Sdk wrote for a contract.</summary>
/// <param name="contract">The interface.</param>
/// <param name="implementation">The class, a <see cref="ServiceContract"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class GeneratedContractAttribute(Type contract, Type implementation) : Attribute
{
    /// <summary>The interface.</summary>
    public Type Contract => contract;

    /// <summary>The class, a <see cref="ServiceContract"/>.</summary>
    public Type Implementation => implementation;
}
