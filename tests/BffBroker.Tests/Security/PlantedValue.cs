namespace BffBroker.Tests.Security;

/// <summary>How an attacker who may write to Redis would bring his key into the ring.</summary>
public enum PlantedValue
{
    InClear,
    EncryptedToTheCertificate,
    SignedWithAnotherKey,
    SignedWithAnotherKeyUnderOurName,
    UnderACopiedSignature,
    SignedWithOurKeyForAnotherUse,
    Unsigned,
}
