/** The register behind `listPeople` and `personDetails`. Nobody in it exists. */
export interface Person {
  readonly ssn: string
  readonly firstName: string
  readonly lastName: string
  readonly dateOfBirth: string
  readonly contactAddress: string
  readonly contacts: readonly {
    readonly type: 'phone' | 'mobile' | 'email'
    readonly name: string
    readonly value: string
  }[]
}

export const people: readonly Person[] = [
  {
    ssn: '1001',
    firstName: 'Aino',
    lastName: 'Esimerkki',
    dateOfBirth: '1984-02-29',
    contactAddress: 'Mallikatu 1, 00100 Helsinki',
    contacts: [
      { type: 'mobile', name: 'Oma numero', value: '+358 40 000 0001' },
      { type: 'email', name: 'Työ', value: 'aino@example.org' },
    ],
  },
  {
    ssn: '1002',
    firstName: 'Åke',
    lastName: 'Förebild',
    dateOfBirth: '1959-12-06',
    contactAddress: 'Provgränden 2, 20100 Åbo',
    contacts: [{ type: 'phone', name: 'Hem', value: '+358 2 000 0002' }],
  },
  {
    ssn: '1003',
    firstName: 'Mari',
    lastName: 'Näidis',
    dateOfBirth: '1991-08-20',
    contactAddress: 'Näite 3, 10111 Tallinn',
    contacts: [],
  },
]
